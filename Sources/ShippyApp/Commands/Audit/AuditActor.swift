import ShippyCore

/// Reads whom an audit entry names: see ``AuditEntry/actor`` and ``AuditEntry/target``.
enum AuditActor {
    /// `user:ID` for the ID or e-mail address of a user. An ID is taken as it is, because the user may have been deleted.
    /// - Throws: ``ShippyError`` `.notFound`.
    static func user(_ idOrEmail: String, _ users: any UsersAPI) async throws -> String {
        if idOrEmail.isUUID { return "user:\(idOrEmail.lowercased())" }
        return "user:\(try await users.user(idOrEmail).id)"
    }

    /// - Throws: as above.
    static func actor(_ text: String, _ users: any UsersAPI) async throws -> String {
        let isWhole = ["owner", "service", "anonymous"].contains(text) || ["user:", "token:", "certificate:"].contains { text.hasPrefix($0) }
        return isWhole ? text : try await user(text, users)
    }
}
