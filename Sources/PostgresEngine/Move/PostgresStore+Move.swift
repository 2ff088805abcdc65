package import ShippyCore

/// The times that moves are about are the server's clock's.
extension PostgresStore: MovableStore {
    package func moveRecord() async throws -> MoveRecord? { try await pool.run { try PostgresFence.record($0) } }

    package func clockTime() async throws -> Int64 {
        try await pool.run { try $0.execute("SELECT \(PostgresClock.now)").first { $0.integer(0) } ?? 0 }
    }

    package func timeUntilUnheld() async throws -> Duration? {
        try await pool.run { connection in
            let left =
                try connection.execute(
                    """
                    SELECT max(until) - \(PostgresClock.now) FROM (
                        SELECT due_at AS until FROM mails WHERE due_at IS NOT NULL AND state = 'sending'
                        UNION ALL SELECT until FROM outbox_lease WHERE owner IS NOT NULL) AS held
                    """
                ).first { $0.integer(0) } ?? 0
            return left > 0 ? .milliseconds(left) : nil
        }
    }

    package func rowCount(of table: MovedTable) async throws -> Int {
        let sql =
            switch table {
            case .published: "SELECT (SELECT count(*) FROM outbox) - (SELECT count(*) FROM outbox_pending)"
            case .sequences: "SELECT 1::int8"
            default: "SELECT count(*) FROM \(Self.name(table))"
            }
        return try await pool.run { Int(try $0.execute(sql).first { $0.integer(0) } ?? 0) }
    }

    package func lastKey(of table: MovedTable) async throws -> [MovedValue]? {
        let sql =
            switch table {
            // There is always a row, but it may be of nothing.
            case .published: "SELECT p FROM (SELECT max(t.p) AS p FROM outbox_published, unnest(positions) AS t(p)) AS last WHERE p IS NOT NULL"
            case .sequences: "SELECT 1::int8"
            default: "SELECT \(Self.key(table)) FROM \(Self.name(table)) ORDER BY \(Self.key(table, " DESC")) LIMIT 1"
            }
        return try await pool.run { connection in
            try connection.execute(sql).first { row in (0..<table.keyLength).map { row.value($0, table.columns[$0].kind) } }
        }
    }

    package func page(of table: MovedTable, after key: [MovedValue]?, limit: Int) async throws -> MovedPage {
        let names = table.columns.map(\.name).joined(separator: ", ")
        let after = key.map { key in "(\(Self.key(table))) > (\(key.indices.map { "$\($0 + 2)" }.joined(separator: ", ")))" } ?? "true"
        let sql =
            switch table {
            case .published:
                """
                SELECT \(names) FROM (
                    SELECT t.position, identity, t.sequence, published_at FROM outbox_published, unnest(positions, sequences) AS t(position, sequence)
                ) AS published WHERE \(after) AND EXISTS (SELECT 1 FROM outbox WHERE outbox.position = published.position)
                ORDER BY position LIMIT $1
                """
            case .sequences:
                """
                SELECT \(names) FROM (SELECT 1::int8 AS id,
                    (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM outbox_position_seq) AS outbox,
                    (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM revocations_id_seq) AS revocations) AS numbers
                WHERE \(after) LIMIT $1
                """
            default: "SELECT \(names) FROM \(Self.name(table)) WHERE \(after) ORDER BY \(Self.key(table)) LIMIT $1"
            }
        return try await pool.run { connection in
            let statement = PostgresStatement(sql, [.integer(Int64(limit))] + (key ?? []).map(PostgresValue.init))
            return Self.page(table, try connection.execute([statement])[0])
        }
    }

    package func write(_ page: MovedPage, to table: MovedTable, keepingOthers keepsOthers: Bool) async throws {
        guard !page.isEmpty else { return }
        let statement = Self.writing(page, to: table, keepingOthers: keepsOthers)
        _ = try await pool.run { try $0.execute([statement]).count }
    }

    private static func writing(_ page: MovedPage, to table: MovedTable, keepingOthers keepsOthers: Bool) -> PostgresStatement {
        let parameters = table.columns.enumerated().map { PostgresValue(page.column($0), $1.kind) }
        let types = table.columns.map(\.kind.arrayType)
        let unnested = "unnest(\(types.enumerated().map { "$\($0 + 1)::\($1)" }.joined(separator: ", ")))"
        let names = table.columns.map(\.name)
        let replacing = names.dropFirst(table.keyLength).map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        let conflict = keepsOthers ? "DO NOTHING" : "(\(key(table))) DO UPDATE SET \(replacing)"
        return
            switch table
        {
        case .published:
            PostgresStatement(
                """
                INSERT INTO outbox_published(identity, published_at, last_sequence, positions, sequences)
                SELECT identity, published_at, max(sequence), array_agg(position ORDER BY position), array_agg(sequence ORDER BY position)
                FROM \(unnested) AS t(\(names.joined(separator: ", "))) GROUP BY identity, published_at ORDER BY min(position)
                """, parameters)
        case .pending: PostgresStatement("INSERT INTO outbox_pending SELECT * FROM \(unnested) ON CONFLICT DO NOTHING", parameters)
        case .sequences:
            PostgresStatement(
                """
                SELECT setval('outbox_position_seq', greatest(outbox, 1), outbox > 0),
                    setval('revocations_id_seq', greatest(revocations, 1), revocations > 0)
                FROM \(unnested) AS t(\(names.joined(separator: ", ")))
                """, parameters)
        case _ where table.isSingle:
            PostgresStatement(
                """
                UPDATE \(Self.name(table)) AS old SET \(names.dropFirst().map { "\($0) = t.\($0)" }.joined(separator: ", "))
                FROM \(unnested) AS t(\(names.joined(separator: ", "))) WHERE old.id = t.id
                """, parameters)
        default:
            PostgresStatement(
                """
                INSERT INTO \(Self.name(table))(\(names.joined(separator: ", "))) OVERRIDING SYSTEM VALUE SELECT * FROM \(unnested)
                ON CONFLICT \(conflict)
                """, parameters)
        }
    }

    package func follow(_ record: MoveRecord) async throws {
        _ = try await pool.run { connection in
            try connection.execute(PostgresFence.saving(record) + [PostgresStatement("DELETE FROM move_notes")] + PostgresFence.noting).count
        }
    }

    package func notes(limit: Int) async throws -> [MoveNote] {
        try await pool.run { connection in
            try connection.execute("SELECT id, name, text_key, number_key FROM move_notes ORDER BY id LIMIT $1", .integer(Int64(limit)))
                .map { MoveNote(id: $0.integer(0), table: $0.text(1), text: $0.text(2), number: $0.integer(3)) }
        }
    }

    package func forget(_ notes: [MoveNote]) async throws {
        _ = try await pool.run { try $0.execute("DELETE FROM move_notes WHERE id = ANY($1)", .integers(notes.map(\.id))).count }
    }

    package func rows(of table: MovedTable, keys: [MoveNote]) async throws -> MovedPage {
        let names = table.columns.map(\.name).joined(separator: ", ")
        let statement = PostgresStatement(
            "SELECT \(names) FROM \(Self.name(table)) WHERE \(Self.isAmong(table))", Self.parameters(keys, table))
        return try await pool.run { Self.page(table, try $0.execute([statement])[0]) }
    }

    package func replace(_ removed: [MoveNote], by page: MovedPage, in table: MovedTable, keepingOthers keepsOthers: Bool) async throws {
        let deletion = PostgresStatement("DELETE FROM \(Self.name(table)) WHERE \(Self.isAmong(table))", Self.parameters(removed, table))
        let insertion = page.isEmpty ? [] : [Self.writing(page, to: table, keepingOthers: keepsOthers)]
        _ = try await pool.run { try $0.execute([deletion] + insertion).count }
    }

    /// Whether a row's key is among those of the parameters.
    private static func isAmong(_ table: MovedTable) -> String {
        let types = table.key.map(\.kind.arrayType).enumerated().map { "$\($0 + 1)::\($1)" }
        return "(\(key(table))) IN (SELECT * FROM unnest(\(types.joined(separator: ", "))))"
    }

    private static func parameters(_ keys: [MoveNote], _ table: MovedTable) -> [PostgresValue] {
        table.key.map { $0.kind == .text ? .texts(keys.map(\.text)) : .integers(keys.map(\.number)) }
    }

    private static func page(_ table: MovedTable, _ rows: PostgresRows) -> MovedPage {
        var page = MovedPage(table)
        page.values.reserveCapacity(rows.count * table.columns.count)
        _ = rows.map { row in
            for (index, column) in table.columns.enumerated() { page.values.append(row.value(index, column.kind)) }
        }
        return page
    }

    package func fence(_ record: MoveRecord) async throws {
        _ = try await pool.run { connection in
            try connection.execute(
                PostgresFence.endingNotes + PostgresFence.saving(record) + PostgresFence.setting(saying: record.refusal ?? "")
            ).count
        }
    }

    package func fill(_ record: MoveRecord) async throws {
        try await pool.run { [place] connection in
            try connection.transaction {
                if try PostgresFence.record(connection)?.id != record.id { try Self.requireEmpty(place, connection) }
                // It may have been moved away, empty.
                try connection.execute(PostgresFence.removing + PostgresFence.saving(record))
            }
        }
    }

    /// Tables that are not there are empty.
    private static func requireEmpty(_ place: String, _ connection: PostgresConnection) throws {
        for table in PostgresFence.tables where !PostgresFence.singles.contains(table) {
            guard try connection.execute("SELECT 1 WHERE to_regclass('shippy.\(table)') IS NOT NULL").count == 1,
                try connection.execute("SELECT 1 FROM \(table) LIMIT 1").count == 1
            else { continue }
            throw ShippyError.notEmpty(place, table)
        }
    }

    package func abandonMove() async throws {
        try await pool.run { connection in
            try connection.transaction {
                guard let record = try PostgresFence.record(connection) else { return }
                var statements = PostgresFence.removing + PostgresFence.endingNotes + [PostgresStatement("DELETE FROM move_notes")]
                if record.side == .target {
                    let tables = PostgresFence.tables.filter { !PostgresFence.singles.contains($0) }
                    statements += [
                        PostgresStatement("TRUNCATE \(tables.joined(separator: ", ")) RESTART IDENTITY"),
                        PostgresStatement("UPDATE mail_totals SET sent = 0"), PostgresStatement("UPDATE signing_state SET revision = 0"),
                        PostgresStatement(
                            """
                            UPDATE outbox_lease SET owner = NULL, until = 0, fence = 0, offered_through = 0, offered_identity = '',
                                offered_sequence = 0
                            """),
                    ]
                }
                try connection.execute(statements + [PostgresStatement("DELETE FROM moves")])
            }
        }
    }

    /// What a move to a database would find there, without making or changing anything. The store must have been opened to look.
    ///
    /// - Returns: the move that the database has part in.
    /// - Throws: ``ShippyError`` `.conflict` if it has rows, and no move has written them.
    package func lookAtTarget() async throws -> MoveRecord? {
        try await pool.run { [place] connection in
            let isMade = try connection.execute("SELECT 1 WHERE to_regclass('shippy.moves') IS NOT NULL").count == 1
            let record = isMade ? try PostgresFence.record(connection) : nil
            if let record, record.side == .target { return record }
            try Self.requireEmpty(place, connection)
            return record
        }
    }

    // MARK: Values

    private static func name(_ table: MovedTable) -> String { table == .outboxState ? "outbox_lease" : table.name }

    private static func key(_ table: MovedTable, _ suffix: String = "") -> String {
        table.columns.prefix(table.keyLength).map { $0.name + suffix }.joined(separator: ", ")
    }
}

extension MovedTable.Kind {
    fileprivate var arrayType: String {
        switch self {
        case .integer: "int8[]"
        case .text: "text[]"
        case .bytes: "bytea[]"
        }
    }
}

extension PostgresRow {
    fileprivate func value(_ column: Int, _ kind: MovedTable.Kind) -> MovedValue {
        switch kind {
        case .integer: optionalInteger(column).map(MovedValue.integer) ?? .null
        case .text: optionalText(column).map(MovedValue.text) ?? .null
        // No column of bytes may be NULL.
        case .bytes: .bytes(bytes(column))
        }
    }
}

extension PostgresValue {
    fileprivate init(_ value: MovedValue) {
        self =
            switch value {
            case .null: .null
            case .integer(let number): .integer(number)
            case .text(let text): .text(text)
            case .bytes(let bytes): .bytes(bytes)
            }
    }

    /// The values of one column.
    fileprivate init(_ column: [MovedValue], _ kind: MovedTable.Kind) {
        self =
            switch kind {
            case .integer: .optionalIntegers(column.map(\.integer))
            case .text: .optionalTexts(column.map(\.text))
            case .bytes: .byteStrings(column.map { if case .bytes(let bytes) = $0 { bytes } else { [] } })
            }
    }
}
