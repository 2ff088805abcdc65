import GRDB
package import ShippyCore

extension SQLiteStore {
    package func record(_ entries: [AuditEntry]) async throws {
        guard !entries.isEmpty else { return }
        try await database.boundedWrite { try Self.record(entries, $0) }
    }

    static func record(_ entries: [AuditEntry], _ db: Database) throws {
        let insert = try db.cachedStatement(
            sql: "INSERT INTO audit(\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO NOTHING")
        for entry in entries {
            try insert.run(
                [
                    .text(entry.id), .integer(entry.at.milliseconds), .text(entry.actor), .text(entry.address), .text(entry.action),
                    .text(entry.target), .text(entry.outcome), .text(entry.requestID), .text(entry.detail),
                ], in: db)
        }
    }

    private static let columns = "id, at, actor, address, action, target, outcome, request_id, detail"

    package func auditEntries(_ filter: AuditFilter, _ page: AuditPage, limit: Int) async throws -> [AuditEntry] {
        let (sql, arguments) = Self.auditQuery(filter, page, limit: limit)
        let entries = try await database.read { db in
            try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments).map { row in
                AuditEntry(
                    id: row[0], at: Timestamp(milliseconds: row[1]), actor: row[2], address: row[3], action: row[4], target: row[5],
                    outcome: row[6], requestID: row[7], detail: row[8])
            }
        }
        return if case .before = page { entries.reversed() } else { entries }
    }

    /// The statement for a page, which is read from its own end: for ``AuditPage/before(_:)``, the newest entry comes first.
    static func auditQuery(_ filter: AuditFilter, _ page: AuditPage, limit: Int) -> (sql: String, arguments: StatementArguments) {
        var conditions: [String] = []
        var arguments: StatementArguments = []
        func require(_ condition: String, _ values: any DatabaseValueConvertible...) {
            conditions.append(condition)
            arguments += StatementArguments(values)
        }
        switch page {
        case .after(let cursor): require("id > ?", cursor ?? "")
        case .before(let cursor): if let cursor { require("id < ?", cursor) }
        }
        if let since = filter.since { require("id >= ?", UUIDv7.lowerBound(since)) }
        if let end = filter.end { require("id < ?", end) }
        // One of the three indexes is used. The first one given is likely to find the fewest entries: one actor may have made most.
        if let target = filter.target { require("target = ?", target) }
        if let actor = filter.actor { require(filter.target == nil ? "actor = ?" : "+actor = ?", actor) }
        if let outcome = filter.outcome {
            let isIndexed = filter.target == nil && filter.actor == nil && outcome != AuditOutcome.ok.rawValue
            require(isIndexed ? "outcome = ? AND outcome <> 'ok'" : "+outcome = ?", outcome)
        }
        if let action = filter.action {
            // Not LIKE, which gives `%` and `_` a meaning.
            require("substr(action || '.', 1, length(?) + 1) = ? || '.'", action, action)
        }
        let condition = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))"
        let order = if case .before = page { "id DESC" } else { "id" }
        arguments += [limit]
        return ("SELECT \(columns) FROM audit \(condition) ORDER BY \(order) LIMIT ?", arguments)
    }
}
