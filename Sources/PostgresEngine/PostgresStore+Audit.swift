package import ShippyCore

extension PostgresStore {
    package func record(_ entries: [AuditEntry]) async throws {
        guard !entries.isEmpty else { return }
        try await newEntries.submit(entries)
    }

    static func recording(_ entries: [AuditEntry]) -> PostgresStatement {
        recording(entries, of: nil)
    }

    /// - Parameter users: for each entry, a user; it is recorded if that user exists.
    static func recording(_ entries: [AuditEntry], of users: [String]?) -> PostgresStatement {
        let columns: [PostgresValue] = [
            .texts(entries.map(\.id)), .integers(entries.map(\.at.milliseconds)), .texts(entries.map(\.actor)), .texts(entries.map(\.address)),
            .texts(entries.map(\.action)), .texts(entries.map(\.target)), .texts(entries.map(\.outcome)), .texts(entries.map(\.requestID)),
            .texts(entries.map(\.detail)),
        ]
        let input = "$1::text[], $2::int8[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]"
        guard let users else {
            return PostgresStatement(
                "INSERT INTO audit(\(Self.columns)) SELECT * FROM unnest(\(input)) ON CONFLICT DO NOTHING", columns)
        }
        return PostgresStatement(
            """
            INSERT INTO audit(\(Self.columns)) SELECT \(Self.columns) FROM unnest(\(input), $10::text[]) AS t(\(Self.columns), user_id)
            WHERE EXISTS (SELECT 1 FROM users WHERE users.id = t.user_id) ON CONFLICT DO NOTHING
            """, columns + [.texts(users)])
    }

    private static let columns = "id, at, actor, address, action, target, outcome, request_id, detail"

    package func auditEntries(_ filter: AuditFilter, _ page: AuditPage, limit: Int) async throws -> [AuditEntry] {
        let entries = try await pool.run { connection in
            try connection.execute([Self.auditQuery(filter, page, limit: limit)])[0].map { row in
                AuditEntry(
                    id: row.text(0), at: Timestamp(milliseconds: row.integer(1)), actor: row.text(2), address: row.text(3), action: row.text(4),
                    target: row.text(5), outcome: row.text(6), requestID: row.text(7), detail: row.text(8))
            }
        }
        return if case .before = page { entries.reversed() } else { entries }
    }

    /// The statement for a page, which is read from its own end: for ``AuditPage/before(_:)``, the newest entry comes first. It is planned
    /// with its parameters, so that conditions which are not given cost nothing.
    static func auditQuery(_ filter: AuditFilter, _ page: AuditPage, limit: Int) -> PostgresStatement {
        let (after, before, order): (String?, String?, String) =
            switch page {
            case .after(let cursor): (cursor, nil, "id")
            case .before(let cursor): (nil, cursor, "id DESC")
            }
        return PostgresStatement(
            // Not LIKE, which gives `%` and `_` a meaning.
            """
            SELECT \(columns) FROM audit
            WHERE id > $1 AND id >= $2 AND ($3::text IS NULL OR id < $3) AND ($4::text IS NULL OR id < $4)
                AND ($5::text IS NULL OR target = $5) AND ($6::text IS NULL OR actor = $6) AND ($7::text IS NULL OR outcome = $7)
                AND ($8::text IS NULL OR starts_with(action || '.', $8 || '.'))
            ORDER BY \(order) LIMIT $9
            """,
            [
                .text(after ?? ""), .text(filter.since.map(UUIDv7.lowerBound) ?? ""), .optional(before), .optional(filter.end),
                .optional(filter.target), .optional(filter.actor), .optional(filter.outcome), .optional(filter.action), .integer(Int64(limit)),
            ])
    }
}
