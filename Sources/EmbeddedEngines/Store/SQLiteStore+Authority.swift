import GRDB
import ShippyCore

extension SQLiteStore {
    /// - Throws: ``ShippyError`` `.unauthenticated` if the authority is not valid.
    static func check(_ authority: Authority?, at now: EngineTime, _ db: Database) throws {
        let (condition, arguments): (String, StatementArguments)
        switch authority {
        case nil:
            return
        case .session(let id, let userID, let role):
            condition = "sessions JOIN users ON users.id = user_id WHERE sessions.id = ? AND user_id = ? AND role = ? AND expires_at > ?"
            arguments = [id, userID, role.rawValue, now.milliseconds]
        case .token(let id):
            condition = "api_tokens WHERE id = ? AND (expires_at IS NULL OR expires_at > ?)"
            arguments = [id, now.milliseconds]
        case .user(let id, let role):
            condition = "users WHERE id = ? AND role = ? AND disabled = 0"
            arguments = [id, role.rawValue]
        }
        let isValid = try Bool.fetchOne(db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM \(condition))"), arguments: arguments)!
        guard isValid else { throw ShippyError.invalidToken }
    }
}
