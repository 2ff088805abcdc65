import ShippyCore

/// What a move leaves in the database: the row that tells of it and, in its source, triggers that refuse every write to what moves. They
/// bind all programs, those of earlier releases too.
enum PostgresFence {
    /// The tables that move.
    static let tables = [
        "users", "idempotency", "mails", "mail_attempts", "mail_totals", "sessions", "api_tokens", "revocations", "signing_state", "signing_keys",
        "audit", "outbox", "outbox_pending", "outbox_published", "outbox_lease", "outbox_set_aside",
    ]
    /// Those that have a row from the start.
    static let singles: Set = ["mail_totals", "signing_state", "outbox_lease"]
    /// The tables that do not move, and why.
    static let others = [
        "engine": "the identity and the clock of this database", "moves": "what moves leave here", "move_notes": "the same",
        "migrations": "the version of this schema",
        "user_index": "services make it of the users", "user_segments": "the same", "user_maps": "the same", "user_blocks": "the same",
        "changed_users": "the same",
    ]

    /// Of a class of errors that every release takes for temporary.
    static let refusal = "55MOV"

    static func record(_ connection: PostgresConnection) throws -> MoveRecord? {
        try connection.execute("SELECT move, side, phase, other, at, clock_shift FROM moves").first { row in
            // Of a later release's sides and phases, nobody may use the store.
            MoveRecord(
                id: row.text(0), side: MoveRecord.Side(rawValue: row.text(1)) ?? .source,
                phase: MoveRecord.Phase(rawValue: row.text(2)) ?? .copying, other: row.text(3), at: Timestamp(milliseconds: row.integer(4)),
                clockShift: row.integer(5))
        }
    }

    static func saving(_ record: MoveRecord) -> [PostgresStatement] {
        [
            PostgresStatement("DELETE FROM moves"),
            PostgresStatement(
                "INSERT INTO moves(id, move, side, phase, other, at, clock_shift) VALUES (1, $1, $2, $3, $4, $5, $6)",
                [
                    .text(record.id), .text(record.side.rawValue), .text(record.phase.rawValue), .text(record.other),
                    .integer(record.at.milliseconds), .integer(record.clockShift),
                ]),
        ]
    }

    /// Sets the fence, or changes what it says. It waits for transactions that are writing.
    static func setting(saying reason: String) -> [PostgresStatement] {
        let text = reason.replacing("'", with: "''")
        return removing
            + tables.map { table in
                PostgresStatement(
                    """
                    CREATE TRIGGER move_fence BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON \(table)
                    FOR EACH STATEMENT EXECUTE FUNCTION refuse_write('\(text)')
                    """)
            }
    }

    /// Notes every change of a followed table from now on. It waits for transactions that are writing.
    static var noting: [PostgresStatement] {
        endingNotes
            + MovedTable.followed.flatMap { table in
                let text = table.key.first { $0.kind == .text }?.name ?? "''"
                let number = table.key.first { $0.kind == .integer }?.name ?? "0"
                let function = PostgresStatement(
                    """
                    CREATE FUNCTION note_change_of_\(table.name)() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN
                        INSERT INTO shippy.move_notes(name, text_key, number_key) SELECT '\(table.name)', \(text), \(number) FROM changed;
                        RETURN NULL;
                    END $$
                    """)
                return [function]
                    + [("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")].map { change, rows in
                        PostgresStatement(
                            """
                            CREATE TRIGGER move_note_\(change.lowercased()) AFTER \(change) ON \(table.name)
                            REFERENCING \(rows) TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_change_of_\(table.name)()
                            """)
                    }
            }
    }

    /// The triggers go with their functions.
    static var endingNotes: [PostgresStatement] {
        MovedTable.followed.map { PostgresStatement("DROP FUNCTION IF EXISTS note_change_of_\($0.name)() CASCADE") }
    }

    static var removing: [PostgresStatement] { tables.map { PostgresStatement("DROP TRIGGER IF EXISTS move_fence ON \($0)") } }
}
