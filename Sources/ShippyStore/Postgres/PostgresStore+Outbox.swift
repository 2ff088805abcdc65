package import ShippyCore

/// Records are pending by a row of their own in `outbox_pending`: transactions commit out of order here, and one that commits
/// late is found by its row, whatever was published before it. The outbox is handed to one claimant at a time as a whole, so
/// that events keep their order.
extension PostgresStore {
    package func claimOutbox(limit: Int, owner: String, lease: Duration) async throws -> [OutboxRecord] {
        try await pool.run { connection in
            // A look first: an idle relay must not write.
            let isEmpty = try connection.execute("SELECT position FROM outbox_pending LIMIT 1").count == 0
            if isEmpty { return [] }
            guard try Self.takeLease(owner: owner, for: lease, connection) else { return [] }
            return try connection.execute(
                """
                SELECT position, event_id, subject, time, headers, payload FROM outbox
                WHERE position = ANY(ARRAY(SELECT position FROM outbox_pending ORDER BY position LIMIT $1)) ORDER BY position
                """, .integer(Int64(limit))
            ).map { row in
                OutboxRecord(
                    position: row.integer(0),
                    event: OutgoingEvent(
                        id: row.text(1), subject: Subject(unchecked: row.text(2)), time: Timestamp(milliseconds: row.integer(3)),
                        headers: EventHeaders(block: row.bytes(4)), payload: row.bytes(5)))
            }
        }
    }

    /// The server's clock is the one that counts: those of several machines differ.
    private static let now = "(extract(epoch FROM clock_timestamp()) * 1000)::int8"

    /// Renewed only past half its time, so that most claims write nothing.
    private static func takeLease(owner: String, for lease: Duration, _ connection: PostgresConnection) throws -> Bool {
        try connection.execute(
            """
            UPDATE outbox_lease SET owner = $1, until = \(now) + $2
            WHERE owner IS NULL OR until <= \(now) OR (owner = $1 AND until <= \(now) + $2 / 2)
            """, .text(owner), .integer(lease.milliseconds)
        ).changed == 1
            || connection.execute("SELECT 1::int8 FROM outbox_lease WHERE owner = $1 AND until > \(now)", .text(owner)).count == 1
    }

    package func markPublished(_ published: [(position: Int64, sequence: Int64)]) async throws {
        guard let last = published.map(\.sequence).max() else { return }
        try await pool.run { connection in
            let positions = PostgresValue.integers(published.map(\.position))
            _ = try connection.execute([
                PostgresStatement("DELETE FROM outbox_pending WHERE position = ANY($1)", [positions]),
                PostgresStatement(
                    "INSERT INTO outbox_published(published_at, last_sequence, positions, sequences) VALUES ($1, $2, $3, $4)",
                    [.integer(Timestamp.now.milliseconds), .integer(last), positions, .integers(published.map(\.sequence))]),
            ])
        }
    }

    package func lastPublishedSequence() async throws -> Int64 {
        try await pool.run { try $0.execute("SELECT max(last_sequence) FROM outbox_published").first { $0.integer(0) } ?? 0 }
    }

    package func reopenOutbox(from sequence: Int64) async throws -> Int {
        let count = try await pool.run { connection in
            try connection.transaction {
                // Batches that are only partly lost are looked at whole; the last sequence of each is what is left of it.
                let reopened = try connection.execute(
                    """
                    INSERT INTO outbox_pending
                    SELECT position FROM outbox_published, unnest(positions, sequences) AS t(position, sequence)
                    WHERE last_sequence >= $1 AND sequence >= $1 AND EXISTS (SELECT 1 FROM outbox WHERE outbox.position = t.position)
                    ON CONFLICT DO NOTHING
                    """, .integer(sequence)
                ).changed
                try connection.execute("UPDATE outbox_published SET last_sequence = $1 - 1 WHERE last_sequence >= $1", .integer(sequence))
                return reopened
            }
        }
        raiseOutbox()
        return count
    }

    package func releaseOutbox(owner: String) async throws {
        // Another relay may wait for its turn.
        let hadLease = try await pool.run { connection in
            try connection.execute(
                """
                WITH released AS (UPDATE outbox_lease SET owner = NULL WHERE owner = $1 RETURNING id)
                SELECT pg_notify('shippy_outbox', '') FROM released
                """, .text(owner)
            ).count == 1
        }
        if hadLease { raiseOutbox() }
    }

    package func outboxStatus() async throws -> OutboxStatus {
        try await pool.run { connection in
            try connection.execute(
                """
                SELECT (SELECT count(*) FROM outbox_pending),
                    (SELECT time FROM outbox WHERE position = (SELECT min(position) FROM outbox_pending))
                """
            ).first { row in
                let age = row.optionalInteger(1).map { max(0, (Timestamp.now - Timestamp(milliseconds: $0)).seconds) } ?? 0
                return OutboxStatus(pending: Int(row.integer(0)), oldestAge: age)
            } ?? OutboxStatus(pending: 0, oldestAge: 0)
        }
    }
}
