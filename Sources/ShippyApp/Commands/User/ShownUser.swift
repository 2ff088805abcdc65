import ShippyCore

/// A user as commands print it.
struct ShownUser: JSONWritable {
    var record: UserRecord
    /// Whether the JSON tells the role, the state and whether the address is confirmed, too. Without them it is the user of every other interface.
    var isFull = false

    func write(to json: inout JSONWriter) {
        if isFull { record.write(to: &json) } else { record.user.write(to: &json) }
    }

    /// For people.
    var fields: [(String, String)] {
        record.user.fields + [
            ("role", record.role?.rawValue ?? "-"), ("state", record.state?.rawValue ?? "-"),
            ("confirmed", record.isConfirmed.map { $0 ? "yes" : "no" } ?? "-"),
        ]
    }

    static func fill(_ table: Table.Builder, _ users: [ShownUser]) {
        table.header("ID", "EMAIL", "ROLE", "STATE", "NAME", "COMPANY", "CREATED AT")
        for shown in users {
            let (record, user) = (shown.record, shown.record.user)
            table.row(
                user.id, user.email.description, record.role?.rawValue ?? "-", record.state?.rawValue ?? "-", user.name, user.company,
                user.createdAt.description)
        }
    }
}
