import GRDB
package import ShippyCore

/// The time of expiry is the database's clock's; the others are stored as they are.
extension SQLiteStore {
    package func insertToken(_ token: APIToken, ifValid authority: Authority?, audit: AuditEntry?) async throws {
        try await database.boundedWrite { [database] db in
            try Self.check(authority, at: database.clock.now, db)
            let expiresAt = token.expiresAt.map { database.clock.time(ofWall: $0) }
            try db.cachedStatement(sql: "INSERT INTO api_tokens(\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
                .run(
                    [
                        .text(token.id), .text(token.name), .text(token.role.rawValue), .blob(token.hash), .text(token.createdBy),
                        .integer(token.createdAt.milliseconds), .optional(expiresAt?.milliseconds), .optional(token.lastUsedAt?.milliseconds),
                    ], in: db)
            if let audit { try Self.record([audit], db) }
        }
    }

    private static let columns = "id, name, role, hash, created_by, created_at, expires_at, last_used_at"

    private static func token(_ row: Row, shift: Duration) throws -> APIToken {
        APIToken(
            id: row[0], name: row[1], role: AccessRole(stored: row[2]), hash: try row.bytes(at: 3), createdBy: row[4],
            createdAt: Timestamp(milliseconds: row[5]), expiresAt: (row[6] as Int64?).map { Timestamp(milliseconds: $0) + shift },
            lastUsedAt: (row[7] as Int64?).map { Timestamp(milliseconds: $0) })
    }

    package func token(id: String) async throws -> APIToken? {
        let shift = database.clock.wallShift
        return try await database.read { db in
            try Row.fetchOne(db.cachedStatement(sql: "SELECT \(Self.columns) FROM api_tokens WHERE id = ?"), arguments: [id])
                .map { try Self.token($0, shift: shift) }
        }
    }

    package func tokens(after cursor: String?, limit: Int) async throws -> [APIToken] {
        let shift = database.clock.wallShift
        return try await database.read { db in
            try Row.fetchAll(
                db.cachedStatement(sql: "SELECT \(Self.columns) FROM api_tokens WHERE id > ? ORDER BY id LIMIT ?"),
                arguments: [cursor ?? "", limit]
            ).map { try Self.token($0, shift: shift) }
        }
    }

    package func endToken(id: String, ifValid authority: Authority?, audit: AuditEntry?) async throws -> Bool {
        try await database.boundedWrite { [database] db in
            try Self.check(authority, at: database.clock.now, db)
            try db.cachedStatement(sql: "DELETE FROM api_tokens WHERE id = ?").run([.text(id)], in: db)
            guard db.changesCount == 1 else { return false }
            try Self.revoke([.token(id)], at: database.clock.now, db)
            if let audit { try Self.record([audit], db) }
            return true
        }
    }

    package func markTokensUsed(_ times: [String: Timestamp]) async throws {
        guard !times.isEmpty else { return }
        try await database.boundedWrite { db in
            for (id, time) in times {
                try db.cachedStatement(sql: "UPDATE api_tokens SET last_used_at = ?1 WHERE id = ?2 AND ifnull(last_used_at, 0) < ?1")
                    .run([.integer(time.milliseconds), .text(id)], in: db)
            }
        }
    }
}
