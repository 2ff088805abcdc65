import ShippyCore

extension PostgresStore {
    /// Checks an authority in a transaction, and keeps it from ending before the transaction does.
    ///
    /// What the change is about is locked before: so everybody who changes the same user waits in one queue, and nobody who does so holds
    /// what the others wait for. The lock is exclusive, because PostgreSQL lets shared ones pass whoever waits for an exclusive one, and
    /// the session of a busy caller could never be ended. Only two callers who end each other's authority wait in a circle: the server
    /// breaks it, and ``PostgresPool/run(_:)`` tries again.
    ///
    /// - Parameters:
    ///   - authority: nil for a caller whose right is not in the store. Then nothing is done here.
    ///   - lock: locks what the change is about.
    /// - Throws: ``ShippyError`` `.unauthenticated` if the authority is not valid.
    static func check(_ authority: Authority?, after lock: PostgresStatement? = nil, _ connection: PostgresConnection) throws {
        guard let authority else { return }
        let results = try connection.execute([lock, checking(authority)].compactMap(\.self))
        if results[results.count - 1].count != 1 { throw ShippyError.invalidToken }
    }

    /// Returns a row if it is valid.
    private static func checking(_ authority: Authority) -> PostgresStatement {
        let now = PostgresClock.now
        return switch authority {
        case .session(let id, let userID, let role):
            PostgresStatement(
                """
                SELECT 1 FROM sessions JOIN users ON users.id = user_id
                WHERE sessions.id = $1 AND user_id = $2 AND role = $3 AND expires_at > \(now) FOR UPDATE OF sessions
                """, [.text(id), .text(userID), .text(role.rawValue)])
        case .token(let id):
            PostgresStatement(
                "SELECT 1 FROM api_tokens WHERE id = $1 AND (expires_at IS NULL OR expires_at > \(now)) FOR UPDATE", [.text(id)])
        case .user(let id, let role):
            PostgresStatement("SELECT 1 FROM users WHERE id = $1 AND role = $2 AND disabled = 0 FOR UPDATE", [.text(id), .text(role.rawValue)])
        }
    }
}
