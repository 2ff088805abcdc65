import ShippyCore

/// Reads whom an audit entry names: see ``AuditEntry/actor`` and ``AuditEntry/target``.
enum AuditActor {
    /// `user:ID` for the ID or e-mail address of a user. An ID is taken as it is, because the user may have been deleted.
    /// - Throws: ``ShippyError`` `.notFound`.
    static func user(_ idOrEmail: String, _ users: any UsersAPI) async throws -> String {
        if idOrEmail.isUUID { return "user:\(idOrEmail.lowercased())" }
        return "user:\(try await users.user(typed: idOrEmail).id)"
    }

    /// - Throws: as above.
    static func actor(_ text: String, _ users: any UsersAPI, _ access: any AccessAPI) async throws -> String {
        if ["owner", "service", "anonymous"].contains(text) || text.hasPrefix("certificate:") { return text }
        if text.hasPrefix("token:") { return "token:\(try await access.tokenID(typed: String(text.dropFirst(6))))" }
        return try await user(text.hasPrefix("user:") ? String(text.dropFirst(5)) : text, users)
    }
}
