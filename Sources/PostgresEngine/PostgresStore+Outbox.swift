package import ShippyCore

/// A record is pending while it has a row in `outbox_pending`. Transactions commit out of order here, and a late one is found by
/// its rows, whatever was published before it. One claimant at a time gets the whole outbox, so that events keep their order.
extension PostgresStore {
    package func claimOutbox(limit: Int, owner: String, lease: Duration, at position: BusPosition) async throws -> OutboxClaim {
        try await pool.run { connection in
            // Check first: an idle relay must not write.
            let (isPending, clock) = try PostgresClock.look("SELECT 1 FROM outbox_pending", on: connection)
            try clock.keep(connection)
            guard isPending else { return .none }
            let results = try connection.execute([
                PostgresStatement(
                    """
                    UPDATE outbox_lease SET owner = $1, until = \(PostgresClock.now) + $2,
                        fence = CASE WHEN owner = $1 AND until > \(PostgresClock.now) THEN fence ELSE fence + 1 END
                    WHERE owner IS NULL OR owner = $1 OR until <= \(PostgresClock.now)
                    RETURNING fence, offered_through, offered_identity, offered_sequence
                    """, [.text(owner), .integer(lease.milliseconds)]),
                PostgresStatement(
                    """
                    SELECT position, event_id, subject, time, headers, payload FROM outbox
                    WHERE position = ANY(ARRAY(SELECT position FROM outbox_pending ORDER BY position LIMIT $2))
                        AND EXISTS (SELECT 1 FROM outbox_lease WHERE owner = $1)
                    ORDER BY position
                    """, [.text(owner), .integer(Int64(limit))]),
            ])
            guard
                let (fence, through, offered) = results[0].first({
                    ($0.integer(0), $0.integer(1), BusPosition(identity: $0.text(2), sequence: $0.integer(3)))
                })
            else { return .none }
            let records = results[1].map { Self.record($0, offeredThrough: through, at: offered) }
            if let first = records.first, let last = records.last, last.position > through {
                // One position for all of them. If it is earlier than a record's own, only more of the bus is searched.
                let place = first.position > through ? position : offered.earlier(on: position)
                let isOurs =
                    try connection.execute(
                        // Does not overwrite the position of a relay that has reopened records meanwhile.
                        """
                        UPDATE outbox_lease SET offered_through = $1, offered_identity = $2, offered_sequence = $3
                        WHERE fence = $4 AND offered_through = $5 AND offered_identity = $6 AND offered_sequence = $7
                        """, .integer(last.position), .text(place.identity), .integer(place.sequence), .integer(fence), .integer(through),
                        .text(offered.identity), .integer(offered.sequence)
                    ).changed == 1
                guard isOurs else { return .none }
            }
            return OutboxClaim(fence: fence, records: records)
        }
    }

    private static func record(_ row: PostgresRow, offeredThrough: Int64, at place: BusPosition) -> OutboxRecord {
        OutboxRecord(
            position: row.integer(0),
            event: OutgoingEvent(
                id: row.text(1), subject: Subject(unchecked: row.text(2)), time: Timestamp(milliseconds: row.integer(3)),
                headers: EventHeaders(block: row.bytes(4)), payload: row.bytes(5)),
            offeredAt: row.integer(0) <= offeredThrough ? place : nil)
    }

    /// The lease, locked, if it still has this fence: nobody else can take it while the statement runs.
    private static let held = "held AS (SELECT fence FROM outbox_lease WHERE fence = $1 FOR UPDATE)"

    package func markPublished(_ published: [PublishedRecord], on identity: String, fence: Int64) async throws -> Bool {
        try await pool.run { connection in
            // Records marked before are not pending, so they are not recorded again.
            try connection.execute(
                """
                WITH \(Self.held), marked AS (
                    DELETE FROM outbox_pending WHERE position = ANY($2) AND EXISTS (SELECT 1 FROM held) RETURNING position
                ), batch AS (
                    INSERT INTO outbox_published(identity, published_at, last_sequence, positions, sequences)
                    SELECT $4, \(PostgresClock.now), max(sequence), array_agg(position), array_agg(sequence)
                    FROM marked JOIN unnest($2, $3) AS t(position, sequence) USING (position) HAVING count(*) > 0
                )
                SELECT fence FROM held
                """, .integer(fence), .integers(published.map(\.position)), .integers(published.map(\.sequence)), .text(identity)
            ).count == 1
        }
    }

    package func setAside(position: Int64, reason: String, fence: Int64) async throws -> Bool {
        try await pool.run { connection in
            try connection.execute(
                """
                WITH \(Self.held), marked AS (
                    DELETE FROM outbox_pending WHERE position = $2 AND EXISTS (SELECT 1 FROM held) RETURNING position
                ), moved AS (
                    DELETE FROM outbox USING marked WHERE outbox.position = marked.position RETURNING outbox.*
                ), kept AS (
                    INSERT INTO outbox_set_aside(position, event_id, subject, time, headers, payload, reason, set_aside_at)
                    SELECT position, event_id, subject, time, headers, payload, $3, \(PostgresClock.now) FROM moved
                )
                SELECT fence FROM held
                """, .integer(fence), .integer(position), .text(reason)
            ).count == 1
        }
    }

    package func lastPublished() async throws -> PublishedEvent? {
        try await pool.run { connection in
            try connection.execute(
                """
                SELECT event_id, identity, last_sequence FROM outbox_published p
                JOIN outbox ON outbox.position = p.positions[array_position(p.sequences, p.last_sequence)]
                WHERE identity = (SELECT identity FROM outbox_published ORDER BY id DESC LIMIT 1) ORDER BY last_sequence DESC LIMIT 1
                """
            ).first { PublishedEvent(id: $0.text(0), position: BusPosition(identity: $0.text(1), sequence: $0.integer(2))) }
        }
    }

    package func reopenOutbox(from position: BusPosition) async throws -> Int {
        try await reopen(on: position.identity, from: position.sequence)
    }

    package func reopenOutbox(exceptOn identity: String) async throws -> Int {
        try await reopen(on: identity, from: nil)
    }

    /// Reopens records that other buses acknowledged, and those that this one acknowledged at `sequence` or later; none of the
    /// latter if nil.
    private func reopen(on identity: String, from sequence: Int64?) async throws -> Int {
        let bus = PostgresValue.text(identity)
        // No event has a sequence that high.
        let start = PostgresValue.integer(sequence ?? .max)
        let count = try await pool.run { connection in
            try connection.transaction {
                // The lock keeps others from claiming or marking meanwhile.
                let state = try connection.execute("SELECT offered_through, offered_identity, offered_sequence FROM outbox_lease FOR UPDATE")
                let known = state.first { (through: $0.integer(0), place: BusPosition(identity: $0.text(1), sequence: $0.integer(2))) }
                guard let (through, place) = known else { throw PostgresError.noEngine }
                let wasOffered = try connection.execute("SELECT 1 FROM outbox_pending WHERE position <= $1 LIMIT 1", .integer(through)).count == 1
                let lost = try connection.execute(
                    """
                    WITH lost AS (
                        SELECT t.position, t.sequence, identity <> $1 AS is_elsewhere
                        FROM outbox_published, unnest(positions, sequences) AS t(position, sequence)
                        WHERE (identity <> $1 OR last_sequence >= $2 AND t.sequence >= $2)
                            AND EXISTS (SELECT 1 FROM outbox WHERE outbox.position = t.position)
                    ), reopened AS (
                        INSERT INTO outbox_pending SELECT DISTINCT position FROM lost ON CONFLICT DO NOTHING RETURNING position
                    )
                    SELECT (SELECT count(*) FROM reopened), max(position), min(sequence), bool_or(is_elsewhere)::int::int8 FROM lost
                    """, bus, start)
                try connection.execute("DELETE FROM outbox_published WHERE identity <> $1", bus)
                try connection.execute(
                    """
                    WITH cut AS (
                        DELETE FROM outbox_published WHERE last_sequence >= $1 RETURNING *
                    )
                    INSERT INTO outbox_published(identity, published_at, last_sequence, positions, sequences)
                    SELECT identity, published_at, max(t.sequence), array_agg(t.position), array_agg(t.sequence)
                    FROM cut, unnest(positions, sequences) AS t(position, sequence) WHERE t.sequence < $1 GROUP BY id, identity, published_at
                    """, start)
                let found = lost.first { (count: $0.integer(0), last: $0.optionalInteger(1), first: $0.integer(2), isElsewhere: $0.integer(3) == 1) }
                guard case let (count, last?, first, isElsewhere)? = found else { return 0 }
                let reopenedAt = BusPosition(identity: identity, sequence: isElsewhere ? 0 : max(0, min(sequence ?? first, first) - 1))
                let offered = wasOffered ? place.earlier(on: reopenedAt) : reopenedAt
                try connection.execute(
                    """
                    UPDATE outbox_lease SET offered_through = $1, offered_identity = $2, offered_sequence = $3,
                        owner = NULL, until = 0, fence = fence + 1
                    """, .integer(max(through, last)), .text(offered.identity), .integer(offered.sequence))
                return Int(count)
            }
        }
        if count > 0 { raiseOutbox() }
        return count
    }

    package func dropPublished() async throws {
        while try await dropSomePublished() {}
    }

    /// - Returns: whether there may be more.
    private func dropSomePublished() async throws -> Bool {
        try await pool.run { [retention] connection in
            try connection.transaction {
                // The lock keeps others from reopening meanwhile. It is a separate statement, so that the next one sees records
                // reopened before.
                try connection.execute("SELECT 1 FROM outbox_lease FOR UPDATE")
                let expired = try connection.execute(
                    """
                    WITH expired AS (
                        DELETE FROM outbox_published WHERE id IN (
                            SELECT id FROM outbox_published WHERE published_at < \(PostgresClock.now) - $1 ORDER BY id LIMIT 20)
                        RETURNING id, positions
                    ), dropped AS (
                        DELETE FROM outbox WHERE position IN (SELECT unnest(positions) FROM expired)
                            AND position NOT IN (SELECT position FROM outbox_pending)
                    )
                    SELECT id FROM expired
                    """, .integer(retention.publishedRecord.milliseconds))
                return expired.count > 0
            }
        }
    }

    package func releaseOutbox(fence: Int64) async throws {
        // Another relay may be waiting for the lease.
        let hadLease = try await pool.run { connection in
            try connection.execute(
                """
                WITH released AS (UPDATE outbox_lease SET owner = NULL, until = 0 WHERE fence = $1 AND owner IS NOT NULL RETURNING id)
                SELECT pg_notify('shippy_outbox', '') FROM released
                """, .integer(fence)
            ).count == 1
        }
        if hadLease { raiseOutbox() }
    }

    package func outboxStatus() async throws -> OutboxStatus {
        try await pool.run { connection in
            try connection.execute(
                """
                SELECT (SELECT count(*) FROM outbox_pending),
                    (SELECT time FROM outbox WHERE position = (SELECT min(position) FROM outbox_pending)),
                    (SELECT count(*) FROM outbox_set_aside)
                """
            ).first { row in
                let age = row.optionalInteger(1).map { max(0, (Timestamp.now - Timestamp(milliseconds: $0)).seconds) } ?? 0
                return OutboxStatus(pending: Int(row.integer(0)), oldestAge: age, setAside: Int(row.integer(2)))
            } ?? OutboxStatus(pending: 0, oldestAge: 0)
        }
    }
}
