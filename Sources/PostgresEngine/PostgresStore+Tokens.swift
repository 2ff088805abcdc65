package import ShippyCore

/// The time of expiry is the server's clock's; the others are stored as they are.
extension PostgresStore {
    package func insertToken(_ token: APIToken, ifValid authority: Authority?, audit: AuditEntry?) async throws {
        let rest = token.expiresAt.map { ($0 - .now).milliseconds }
        try await pool.run { connection in
            let insertion = PostgresStatement(
                """
                INSERT INTO api_tokens(\(Self.columns))
                SELECT $1, $2, $3, $4, $5, $6, \(PostgresClock.now) + rest, last_used_at FROM unnest($7::int8[], $8::int8[]) AS t(rest, last_used_at)
                """,
                [
                    .text(token.id), .text(token.name), .text(token.role.rawValue), .bytes(token.hash), .text(token.createdBy),
                    .integer(token.createdAt.milliseconds), .optionalIntegers([rest]), .optionalIntegers([token.lastUsedAt?.milliseconds]),
                ])
            try connection.transaction {
                try Self.check(authority, connection)
                try connection.execute([insertion] + (audit.map { [Self.recording([$0])] } ?? []))
            }
        }
    }

    private static let columns = "id, name, role, hash, created_by, created_at, expires_at, last_used_at"

    private static func token(_ row: PostgresRow) -> APIToken {
        APIToken(
            id: row.text(0), name: row.text(1), role: AccessRole(stored: row.text(2)), hash: row.bytes(3), createdBy: row.text(4),
            createdAt: Timestamp(milliseconds: row.integer(5)),
            expiresAt: row.optionalInteger(6).map { .now + (Timestamp(milliseconds: $0) - Timestamp(milliseconds: row.integer(8))) },
            lastUsedAt: row.optionalInteger(7).map { Timestamp(milliseconds: $0) })
    }

    package func token(id: String) async throws -> APIToken? {
        try await pool.run { connection in
            try connection.execute("SELECT \(Self.columns), \(PostgresClock.now) FROM api_tokens WHERE id = $1", .text(id)).first(Self.token)
        }
    }

    package func tokens(after cursor: String?, limit: Int) async throws -> [APIToken] {
        try await pool.run { connection in
            try connection.execute(
                "SELECT \(Self.columns), \(PostgresClock.now) FROM api_tokens WHERE id > $1 ORDER BY id LIMIT $2", .text(cursor ?? ""),
                .integer(Int64(limit))
            ).map(Self.token)
        }
    }

    package func endToken(id: String, ifValid authority: Authority?, audit: AuditEntry?) async throws -> Bool {
        try await pool.run { connection in
            try connection.transaction {
                try Self.check(authority, after: PostgresStatement("SELECT 1 FROM api_tokens WHERE id = $1 FOR UPDATE", [.text(id)]), connection)
                guard try connection.execute("DELETE FROM api_tokens WHERE id = $1", .text(id)).changed == 1 else { return false }
                try connection.execute([Self.revoking([.token(id)])] + (audit.map { [Self.recording([$0])] } ?? []))
                return true
            }
        }
    }

    package func markTokensUsed(_ times: [String: Timestamp]) async throws {
        guard !times.isEmpty else { return }
        let ids = times.keys.sorted()
        try await pool.run { connection in
            // Locked in order: several processes mark the same tokens.
            _ = try connection.execute([
                PostgresStatement("SELECT 1 FROM api_tokens WHERE id = ANY($1) ORDER BY id FOR UPDATE", [.texts(ids)]),
                PostgresStatement(
                    """
                    UPDATE api_tokens SET last_used_at = t.at FROM unnest($1::text[], $2::int8[]) AS t(id, at)
                    WHERE api_tokens.id = t.id AND coalesce(last_used_at, 0) < t.at
                    """, [.texts(ids), .integers(ids.map { times[$0]!.milliseconds })]),
            ])
        }
    }
}
