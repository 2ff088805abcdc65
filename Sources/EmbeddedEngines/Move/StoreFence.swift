import GRDB
import ShippyCore

/// What a move leaves in `shippy.db`: the row that tells of it and, in its source, triggers that refuse every write to what moves. They
/// bind all processes, those of earlier releases too.
enum StoreFence {
    /// The tables that move.
    static let tables = [
        "users", "idempotency", "mails", "mail_attempts", "mail_totals", "sessions", "api_tokens", "revocations", "signing_state", "signing_keys",
        "audit", "outbox", "outbox_state", "outbox_ahead", "outbox_runs", "outbox_set_aside",
    ]
    /// Those that have a row from the start.
    static let singles: Set = ["mail_totals", "signing_state", "outbox_state"]
    /// The tables that do not move, and why.
    static let others = [
        "engine": "the identity and the clock of this database", "moves": "what moves leave here", "move_notes": "the same",
        "probe": "written to see whether it works",
        "stream": "the bus's", "events": "the bus's", "consumers": "the bus's", "leases": "the bus's",
        "user_index": "services make it of the users", "user_segments": "the same", "user_maps": "the same", "user_blocks": "the same",
        "changed_users": "the same", "grdb_migrations": "the version of this schema",
    ]

    static func record(_ db: Database) throws -> MoveRecord? {
        try Row.fetchOne(db, sql: "SELECT move, side, phase, other, at, clock_shift FROM moves").map { row in
            // Of a later release's sides and phases, nobody may use the store.
            MoveRecord(
                id: row[0], side: MoveRecord.Side(rawValue: row[1]) ?? .source, phase: MoveRecord.Phase(rawValue: row[2]) ?? .copying,
                other: row[3], at: Timestamp(milliseconds: row[4]), clockShift: row[5])
        }
    }

    static func save(_ record: MoveRecord, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO moves(id, move, side, phase, other, at, clock_shift) VALUES (1, ?, ?, ?, ?, ?, ?)",
            arguments: [record.id, record.side.rawValue, record.phase.rawValue, record.other, record.at.milliseconds, record.clockShift])
    }

    /// Sets the fence, or changes what it says.
    static func set(saying reason: String, _ db: Database) throws {
        let text = reason.replacing("'", with: "''")
        for (table, change, name) in triggers {
            try db.execute(
                sql: """
                    DROP TRIGGER IF EXISTS \(name);
                    CREATE TRIGGER \(name) BEFORE \(change) ON \(table) BEGIN SELECT RAISE(ABORT, '\(text)'); END
                    """)
        }
    }

    static func remove(_ db: Database) throws {
        for (_, _, name) in triggers { try db.execute(sql: "DROP TRIGGER IF EXISTS \(name)") }
    }

    /// Notes every change of a followed table from now on.
    static func noteChanges(_ db: Database) throws {
        try endNotes(db)
        for (table, change, name) in noting {
            let row = change == "DELETE" ? "old" : "new"
            let text = table.key.first { $0.kind == .text }.map { "\(row).\($0.name)" } ?? "''"
            let number = table.key.first { $0.kind == .integer }.map { "\(row).\($0.name)" } ?? "0"
            try db.execute(
                sql: """
                    CREATE TRIGGER \(name) AFTER \(change) ON \(table.name)
                    BEGIN INSERT INTO move_notes(name, text_key, number_key) VALUES ('\(table.name)', \(text), \(number)); END
                    """)
        }
    }

    static func endNotes(_ db: Database) throws {
        for (_, _, name) in noting { try db.execute(sql: "DROP TRIGGER IF EXISTS \(name)") }
    }

    /// Ends whatever part this database had in a move as a source.
    static func lift(_ db: Database) throws {
        try remove(db)
        try endNotes(db)
        try db.execute(sql: "DELETE FROM move_notes; DELETE FROM moves WHERE side = 'source'")
    }

    static func isSet(_ db: Database) throws -> Bool {
        try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM moves WHERE side = 'source' AND phase <> 'following')")!
    }

    private static var noting: [(table: MovedTable, change: String, name: String)] {
        MovedTable.followed.flatMap { table in ["INSERT", "UPDATE", "DELETE"].map { (table, $0, "move_note_\(table.name)_\($0.lowercased())") } }
    }

    private static var triggers: [(table: String, change: String, name: String)] {
        tables.flatMap { table in ["INSERT", "UPDATE", "DELETE"].map { (table, $0, "move_fence_\(table)_\($0.lowercased())") } }
    }
}
