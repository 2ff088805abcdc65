import ShippyCore
import TestSupport
import Testing

@testable import ShippyApp

struct ShownUserTests {
    private let record = UserRecord(user: Samples.user("ada@example.com"), role: .admin, state: .disabled, isConfirmed: true)

    private var plainJSON: String { String(decoding: record.user.json, as: UTF8.self) }

    /// The user is the same in every interface, unless more is asked for.
    @Test func theJSONHasTheRoleOnlyOnRequest() {
        #expect(String(decoding: ShownUser(record: record).json, as: UTF8.self) == plainJSON)
        #expect(
            String(decoding: ShownUser(record: record, isFull: true).json, as: UTF8.self)
                == plainJSON.dropLast() + #","role":"admin","state":"disabled","confirmed":true}"#)
    }

    @Test func peopleSeeRoleAndState() {
        #expect(ShownUser(record: record).fields.suffix(3).map { "\($0) \($1)" } == ["role admin", "state disabled", "confirmed yes"])
        let builder = Table.Builder()
        ShownUser.fill(builder, [ShownUser(record: record)])
        #expect(builder.table.header == ["ID", "EMAIL", "ROLE", "STATE", "NAME", "COMPANY", "CREATED AT"])
        #expect(builder.table.rows[0][1...3] == ["ada@example.com", "admin", "disabled"])
    }
}
