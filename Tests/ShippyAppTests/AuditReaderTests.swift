import ShippyCore
import TestSupport
import Testing

@testable import ShippyApp

struct AuditReaderTests {
    private let entries = (0..<2500).map { Samples.auditEntry(at: Timestamp(milliseconds: 1_767_323_045_000 + Int64($0))) }

    private func reader(after: String? = nil) -> (AuditReader, FakeAccess) {
        let access = FakeAccess { $0.entries = entries }
        return (AuditReader(access: access, filter: AuditFilter(), after: after), access)
    }

    @Test(arguments: [1, 999, 1000, 1001, 2499, 2500, 2501, 9999])
    func theNewestAreListedOldestFirst(count: Int) async throws {
        #expect(try await reader().0.newest(count) == entries.suffix(count))
    }

    /// However many there are.
    @Test func theNewestAreReadFromTheEnd() async throws {
        let (reader, access) = reader()
        _ = try await reader.newest(100)
        #expect(access.calls == ["audit - - - - - - before -"])
    }

    @Test(arguments: [0, 1, 998, 1500, 2498, 2499])
    func theOnesUpToAnIDAreNotListed(place: Int) async throws {
        let (reader, _) = reader(after: entries[place].id)
        #expect(try await reader.newest(9999) == Array(entries[(place + 1)...]))
        #expect(try await reader.newest(1) == entries[(place + 1)...].suffix(1))
        var all: [AuditEntry] = []
        try await reader.all { all += $0 }
        #expect(all == Array(entries[(place + 1)...]))
    }
}
