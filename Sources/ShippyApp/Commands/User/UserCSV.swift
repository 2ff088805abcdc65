import ShippyCore

/// Users as CSV (RFC 4180), as an export writes them.
enum UserCSV {
    static let columns = ["id", "name", "company", "email", "created_at"]
    static let header = columns.joined(separator: ",") + "\r\n"

    /// - Parameter forTerminal: escapes what a terminal would act on, at the cost of what an import would read.
    static func line(_ user: User, forTerminal: Bool = false) -> String {
        [user.id, user.name, user.company, user.email.description, user.createdAt.description]
            .map { CSVField.write(forTerminal ? $0.visiblyEscaped() : $0) }.joined(separator: ",") + "\r\n"
    }
}
