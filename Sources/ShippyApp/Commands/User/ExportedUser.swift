import ShippyCore

/// A user with everything that an import can keep.
struct ExportedUser: JSONWritable {
    static let columns = ["id", "name", "company", "email", "created_at"]
    static let fullColumns = columns + ["role", "state", "confirmed"]
    static let allColumns = fullColumns + ["password_hash"]

    var account: Account

    func write(to json: inout JSONWriter) {
        json.object {
            UserRecord(account).writeFields(to: &$0)
            $0.field("password_hash", account.passwordHash)
        }
    }
}
