import GRDB
package import ShippyCore

extension SQLiteStore {
    package func record(_ entries: [AuditEntry]) async throws {
        guard !entries.isEmpty else { return }
        try await database.boundedWrite { try Self.record(entries, $0) }
    }

    static func record(_ entries: [AuditEntry], _ db: Database) throws {
        let insert = try db.cachedStatement(
            sql: "INSERT INTO audit(\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO NOTHING")
        for entry in entries {
            try insert.run(
                [
                    .text(entry.id), .integer(entry.at.milliseconds), .text(entry.actor), .text(entry.address), .text(entry.action),
                    .text(entry.target), .text(entry.outcome), .text(entry.requestID),
                ], in: db)
        }
    }

    private static let columns = "id, at, actor, address, action, target, outcome, request_id"

    package func auditEntries(_ filter: AuditFilter, after cursor: String?, limit: Int) async throws -> [AuditEntry] {
        var conditions = ["id > ?"]
        var arguments: StatementArguments = [cursor ?? ""]
        if let since = filter.since {
            conditions.append("id >= ?")
            arguments += [UUIDv7.lowerBound(since)]
        }
        if let target = filter.target {
            conditions.append("target = ?")
            arguments += [target]
        }
        if let actor = filter.actor {
            // With a target, its index is used: one actor may have made most of the entries.
            conditions.append(filter.target == nil ? "actor = ?" : "+actor = ?")
            arguments += [actor]
        }
        if let action = filter.action {
            // Not LIKE, which gives `%` and `_` a meaning.
            conditions.append("substr(action || '.', 1, length(?) + 1) = ? || '.'")
            arguments += [action, action]
        }
        let sql = "SELECT \(Self.columns) FROM audit WHERE \(conditions.joined(separator: " AND ")) ORDER BY id LIMIT ?"
        arguments += [limit]
        return try await database.read { [arguments] db in
            try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments).map { row in
                AuditEntry(
                    id: row[0], at: Timestamp(milliseconds: row[1]), actor: row[2], address: row[3], action: row[4], target: row[5],
                    outcome: row[6], requestID: row[7])
            }
        }
    }
}
