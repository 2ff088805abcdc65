import Foundation
import GRDB
package import ShippyCore

/// The times that moves are about are the database's clock's.
extension SQLiteStore: MovableStore {
    package func moveRecord() async throws -> MoveRecord? { try await database.read { try StoreFence.record($0) } }

    package func clockTime() async throws -> Int64 { database.clock.now.milliseconds }

    package func timeUntilUnheld() async throws -> Duration? {
        try await database.read { [database] db in
            let until = try Int64.fetchOne(
                db,
                sql: """
                    SELECT max(until) FROM (
                        SELECT due_at AS until FROM mails WHERE due_at IS NOT NULL AND state = 'sending'
                        UNION ALL SELECT until FROM outbox_state WHERE owner IS NOT NULL)
                    """)
            let left = until.map { EngineTime(milliseconds: $0) - database.clock.now }
            return left.flatMap { $0 > .zero ? $0 : nil }
        }
    }

    package func rowCount(of table: MovedTable) async throws -> Int {
        let sql =
            switch table {
            case .published: "SELECT count(*) FROM outbox WHERE NOT (\(SQLiteOutbox.isPending))"
            case .pending: "SELECT count(*) FROM outbox WHERE \(SQLiteOutbox.isPending)"
            case .sequences: "SELECT 1"
            default: "SELECT count(*) FROM \(table.name)"
            }
        return try await database.read { try Int.fetchOne($0, sql: sql)! }
    }

    package func lastKey(of table: MovedTable) async throws -> [MovedValue]? {
        let sql =
            switch table {
            case .published: "SELECT last_position FROM outbox_runs ORDER BY last_position DESC LIMIT 1"
            case .pending: "SELECT position FROM outbox WHERE \(SQLiteOutbox.isPending) ORDER BY position DESC LIMIT 1"
            case .sequences: "SELECT 1"
            default: "SELECT \(Self.key(table)) FROM \(table.name) ORDER BY \(Self.key(table, " DESC")) LIMIT 1"
            }
        return try await database.read { db in
            try Row.fetchOne(db, sql: sql).map { row in try (0..<table.keyLength).map { try Self.value(row, $0, table.columns[$0].kind) } }
        }
    }

    package func page(of table: MovedTable, after key: [MovedValue]?, limit: Int) async throws -> MovedPage {
        try await database.read { db in
            if table == .published { return try PublishedRun.page(after: key?.first?.integer, limit: limit, db) }
            let names = table.columns.map(\.name).joined(separator: ", ")
            let after = key == nil ? "true" : "(\(Self.key(table))) > (\(key!.map { _ in "?" }.joined(separator: ", ")))"
            let sql =
                switch table {
                case .pending: "SELECT position FROM outbox WHERE \(SQLiteOutbox.isPending) AND \(after) ORDER BY position LIMIT ?"
                case .sequences:
                    """
                    SELECT 1, ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'outbox'), 0),
                        ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'revocations'), 0) WHERE \(after.replacing("id", with: "1")) LIMIT ?
                    """
                default: "SELECT \(names) FROM \(table.name) WHERE \(after) ORDER BY \(Self.key(table)) LIMIT ?"
                }
            let arguments = StatementArguments((key ?? []).map(Self.argument) + [limit])
            let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: arguments)
            var page = MovedPage(table)
            while let row = try rows.next() {
                for (index, column) in table.columns.enumerated() { page.values.append(try Self.value(row, index, column.kind)) }
            }
            return page
        }
    }

    package func write(_ page: MovedPage, to table: MovedTable, keepingOthers keepsOthers: Bool) async throws {
        guard !page.isEmpty else { return }
        try await database.write { db in
            switch table {
            case .published: try PublishedRun.write(page, db)
            case .pending: try Self.writePending(page.column(0).compactMap(\.integer), db)
            case .sequences:
                for (name, column) in [("outbox", 1), ("revocations", 2)] {
                    try db.execute(sql: "DELETE FROM sqlite_sequence WHERE name = ?", arguments: [name])
                    try db.execute(
                        sql: "INSERT INTO sqlite_sequence(name, seq) VALUES (?, ?)", arguments: [name, page.column(column)[0].integer ?? 0])
                }
            default:
                try Self.insert(page, to: table, keepingOthers: keepsOthers, db)
                // Until the pending ones come.
                if table == .outbox {
                    try db.execute(sql: "UPDATE outbox_state SET published_through = max(published_through, (SELECT max(position) FROM outbox))")
                }
            }
        }
    }

    private static func insert(_ page: MovedPage, to table: MovedTable, keepingOthers keepsOthers: Bool, _ db: Database) throws {
        let statement = try db.cachedStatement(sql: writing(table, keepingOthers: keepsOthers))
        for row in 0..<page.count { try statement.run(page[row].map(SQLValue.init), in: db) }
    }

    /// Of a single row, everything but its key is replaced.
    private static func writing(_ table: MovedTable, keepingOthers keepsOthers: Bool) -> String {
        let names = table.columns.map(\.name)
        let numbered = names.enumerated().map { "\($1) = ?\($0 + 1)" }
        if table.isSingle { return "UPDATE \(table.name) SET \(numbered.dropFirst().joined(separator: ", ")) WHERE id = ?1" }
        return """
            INSERT INTO \(table.name)(\(names.joined(separator: ", "))) VALUES (\(names.map { _ in "?" }.joined(separator: ", ")))
            ON CONFLICT\(keepsOthers ? " DO NOTHING" : "(\(key(table))) DO UPDATE SET \(numbered.dropFirst(table.keyLength).joined(separator: ", "))")
            """
    }

    /// So far everything counts as published. The first pending record ends that, and those behind it count as published ahead until it is
    /// their turn here.
    private static func writePending(_ positions: [Int64], _ db: Database) throws {
        for (index, position) in positions.enumerated() {
            if index == 0 {
                try db.execute(
                    sql: """
                        INSERT OR IGNORE INTO outbox_ahead
                            SELECT position FROM outbox, outbox_state WHERE position >= ?1 AND position <= published_through;
                        UPDATE outbox_state SET published_through = min(published_through, ?1 - 1)
                        """, arguments: ["1": position])
            }
            try db.cachedStatement(sql: "DELETE FROM outbox_ahead WHERE position = ?").run([.integer(position)], in: db)
        }
    }

    package func follow(_ record: MoveRecord) async throws {
        try await database.write { db in
            try StoreFence.save(record, db)
            try db.execute(sql: "DELETE FROM move_notes")
            try StoreFence.noteChanges(db)
        }
    }

    package func notes(limit: Int) async throws -> [MoveNote] {
        try await database.read { db in
            try Row.fetchAll(db, sql: "SELECT id, name, text_key, number_key FROM move_notes ORDER BY id LIMIT ?", arguments: [limit])
                .map { MoveNote(id: $0[0], table: $0[1], text: $0[2], number: $0[3]) }
        }
    }

    package func forget(_ notes: [MoveNote]) async throws {
        try await database.write { db in
            let statement = try db.cachedStatement(sql: "DELETE FROM move_notes WHERE id = ?")
            for note in notes { try statement.run([.integer(note.id)], in: db) }
        }
    }

    package func rows(of table: MovedTable, keys: [MoveNote]) async throws -> MovedPage {
        let names = table.columns.map(\.name).joined(separator: ", ")
        let sql = "SELECT \(names) FROM \(table.name) WHERE (\(Self.key(table))) = (\(table.key.map { _ in "?" }.joined(separator: ", ")))"
        return try await database.read { db in
            let statement = try db.cachedStatement(sql: sql)
            var page = MovedPage(table)
            for note in keys {
                guard let row = try Row.fetchOne(statement, arguments: StatementArguments(note.key(of: table).map(Self.argument))) else { continue }
                for (index, column) in table.columns.enumerated() { page.values.append(try Self.value(row, index, column.kind)) }
            }
            return page
        }
    }

    package func replace(_ removed: [MoveNote], by page: MovedPage, in table: MovedTable, keepingOthers keepsOthers: Bool) async throws {
        let condition = "(\(Self.key(table))) = (\(table.key.map { _ in "?" }.joined(separator: ", ")))"
        try await database.write { db in
            let deletion = try db.cachedStatement(sql: "DELETE FROM \(table.name) WHERE \(condition)")
            for note in removed { try deletion.run(note.key(of: table).map(SQLValue.init), in: db) }
            try Self.insert(page, to: table, keepingOthers: keepsOthers, db)
        }
    }

    package func fence(_ record: MoveRecord) async throws {
        try await database.write { db in
            try StoreFence.endNotes(db)
            try StoreFence.save(record, db)
            try StoreFence.set(saying: record.refusal ?? "", db)
        }
    }

    package func fill(_ record: MoveRecord) async throws {
        try await database.write { [path = database.path] db in
            if try StoreFence.record(db)?.id != record.id {
                for table in StoreFence.tables where !StoreFence.singles.contains(table) {
                    guard try Row.fetchOne(db, sql: "SELECT 1 FROM \(table) LIMIT 1") == nil else { throw ShippyError.notEmpty(path, table) }
                }
            }
            // It may have been moved away, empty.
            try StoreFence.remove(db)
            try StoreFence.save(record, db)
        }
    }

    package func abandonMove() async throws {
        try await database.write { db in
            guard let record = try StoreFence.record(db) else { return }
            try StoreFence.lift(db)
            if record.side == .target {
                for table in StoreFence.tables where !StoreFence.singles.contains(table) { try db.execute(sql: "DELETE FROM \(table)") }
                try db.execute(
                    sql: """
                        UPDATE mail_totals SET sent = 0;
                        UPDATE signing_state SET revision = 0;
                        UPDATE outbox_state SET published_through = 0, owner = NULL, until = 0, fence = 0, offered_through = 0,
                            offered_identity = '', offered_sequence = 0;
                        DELETE FROM sqlite_sequence WHERE name IN ('outbox', 'revocations')
                        """)
            }
            try db.execute(sql: "DELETE FROM moves")
        }
    }

    /// What a move to a file would find there, without making or changing anything.
    ///
    /// - Returns: the move that the file has part in.
    /// - Throws: ``ShippyError`` `.conflict` if it has rows, and no move has written them.
    package static func lookAtTarget(_ path: String) throws -> MoveRecord? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        var configuration = Configuration()
        configuration.readonly = true
        do {
            let file = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? file.close() }
            return try file.read { db in
                let record = try db.tableExists("moves") ? StoreFence.record(db) : nil
                if let record, record.side == .target { return record }
                for table in StoreFence.tables where !StoreFence.singles.contains(table) {
                    guard try db.tableExists(table), try Row.fetchOne(db, sql: "SELECT 1 FROM \(table) LIMIT 1") != nil else { continue }
                    throw ShippyError.notEmpty(path, table)
                }
                return record
            }
        } catch {
            throw EmbeddedDatabase.translate(error, path: path)
        }
    }

    // MARK: Values

    private static func key(_ table: MovedTable, _ suffix: String = "") -> String {
        table.columns.prefix(table.keyLength).map { $0.name + suffix }.joined(separator: ", ")
    }

    private static func value(_ row: Row, _ index: Int, _ kind: MovedTable.Kind) throws -> MovedValue {
        if row.hasNull(atIndex: index) { return .null }
        return switch kind {
        case .integer: .integer(row[index])
        case .text: .text(row[index])
        case .bytes: .bytes(try row.bytes(at: index))
        }
    }

    private static func argument(_ value: MovedValue) -> (any DatabaseValueConvertible)? {
        switch value {
        case .null: nil
        case .integer(let number): number
        case .text(let text): text
        case .bytes(let bytes): Data(bytes)
        }
    }
}

extension SQLValue {
    fileprivate init(_ value: MovedValue) {
        self =
            switch value {
            case .null: .null
            case .integer(let number): .integer(number)
            case .text(let text): .text(text)
            case .bytes(let bytes): .blob(bytes)
            }
    }
}
