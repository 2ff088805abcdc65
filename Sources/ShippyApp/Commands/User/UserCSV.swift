import ShippyCore

/// Users as CSV (RFC 4180), as an export writes them.
enum UserCSV {
    static let columns = ["id", "name", "company", "email", "created_at"]
    static let header = columns.joined(separator: ",") + "\r\n"

    static func line(_ user: User) -> String {
        [user.id, user.name, user.company, user.email.description, user.createdAt.description].map(CSVField.write).joined(separator: ",") + "\r\n"
    }
}
