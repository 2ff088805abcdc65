import ShippyCore

extension PostgresStore {
    /// Checks an authority in a transaction, and keeps it from ending before the transaction does. Two callers who end each other's
    /// authority wait for each other in a circle: the server breaks it, and ``PostgresPool/run(_:)`` tries again.
    ///
    /// - Throws: ``ShippyError`` `.unauthenticated` if the authority is not valid.
    static func check(_ authority: Authority?, _ connection: PostgresConnection) throws {
        let statement: PostgresStatement
        switch authority {
        case nil:
            return
        case .session(let id, let userID):
            statement = PostgresStatement(
                "SELECT 1 FROM sessions WHERE id = $1 AND user_id = $2 AND expires_at > \(PostgresClock.now) FOR SHARE", [.text(id), .text(userID)])
        case .token(let id):
            statement = PostgresStatement(
                "SELECT 1 FROM api_tokens WHERE id = $1 AND (expires_at IS NULL OR expires_at > \(PostgresClock.now)) FOR SHARE", [.text(id)])
        case .user(let id, let role):
            statement = PostgresStatement(
                "SELECT 1 FROM users WHERE id = $1 AND role = $2 AND disabled = 0 FOR SHARE", [.text(id), .text(role.rawValue)])
        }
        guard try connection.execute([statement])[0].count == 1 else { throw ShippyError.invalidToken }
    }
}
