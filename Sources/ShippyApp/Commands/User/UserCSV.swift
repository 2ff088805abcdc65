import ShippyCore

/// Users as CSV (RFC 4180), in the format of an export.
enum UserCSV {
    static let columns = ["id", "name", "company", "email", "created_at"]
    static let header = columns.joined(separator: ",") + "\r\n"

    /// - Parameter forTerminal: escapes control characters. Import does not undo that.
    static func line(_ user: User, forTerminal: Bool = false) -> String {
        [user.id, user.name, user.company, user.email.description, user.createdAt.description]
            .map { CSVField.write(forTerminal ? $0.visiblyEscaped() : $0) }.joined(separator: ",") + "\r\n"
    }
}
