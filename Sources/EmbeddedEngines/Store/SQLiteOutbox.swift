import GRDB
import ShippyCore

/// The outbox of a SQLite store whose bus is another system.
///
/// SQLite has one writer, so positions have the order of commits. One position says how far the outbox is published, and marking
/// a record writes nothing for that record. Records published ahead of earlier ones are listed in `outbox_ahead` until those have
/// caught up. To keep events in the order of their commits, one claimant at a time gets the whole outbox.
final class SQLiteOutbox: Outbox, EventSink {
    private let database: EmbeddedDatabase
    private let signal: ChangeSignal
    private let keptFor: Duration

    /// - Parameter keptFor: how long published records are kept.
    init(_ database: EmbeddedDatabase, keeping keptFor: Duration) throws {
        self.database = database
        self.keptFor = keptFor
        signal = try database.signal(.outbox)
    }

    var outboxChanges: ChangeNotifier { signal.notifier }

    func wake() { signal.raise() }

    func append(_ events: [OutgoingEvent], _ db: Database) throws -> Int64? {
        let insert = try db.cachedStatement(sql: "INSERT INTO outbox(event_id, subject, time, headers, payload) VALUES (?, ?, ?, ?, ?)")
        for event in events {
            try insert.run(
                [
                    .text(event.id), .text(event.subject.description), .integer(event.time.milliseconds), .blob(event.headers.block),
                    .blob(event.payload),
                ], in: db)
        }
        return nil
    }

    static let isPending = """
        position > (SELECT published_through FROM outbox_state) AND position NOT IN (SELECT position FROM outbox_ahead)
        """

    /// The single row with the outbox's progress and its holder.
    private struct OutboxState {
        var publishedThrough: Int64
        var owner: String?
        var until: EngineTime
        var fence: Int64
        /// Records up to here were handed out when the bus was at ``offeredAt`` or later.
        var offeredThrough: Int64
        var offeredAt: BusPosition

        init(_ db: Database) throws {
            let row = try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT published_through, owner, until, fence, offered_through, offered_identity, offered_sequence FROM outbox_state
                        """))!
            publishedThrough = row[0]
            owner = row[1]
            until = EngineTime(milliseconds: row[2])
            fence = row[3]
            offeredThrough = row[4]
            offeredAt = BusPosition(identity: row[5], sequence: row[6])
        }

        func save(_ db: Database) throws {
            try db.cachedStatement(
                sql: """
                    UPDATE outbox_state SET published_through = ?, owner = ?, until = ?, fence = ?, offered_through = ?,
                        offered_identity = ?, offered_sequence = ?
                    """
            ).run(
                [
                    .integer(publishedThrough), .optional(owner), .integer(until.milliseconds), .integer(fence), .integer(offeredThrough),
                    .text(offeredAt.identity), .integer(offeredAt.sequence),
                ], in: db)
        }
    }

    func claimOutbox(limit: Int, owner: String, lease: Duration, at position: BusPosition) async throws -> OutboxClaim {
        // Check first: an idle relay must not write.
        let isEmpty = try await database.read { db in
            try Row.fetchOne(db.cachedStatement(sql: "SELECT 1 FROM outbox WHERE \(Self.isPending) LIMIT 1")) == nil
        }
        if isEmpty { return .none }
        return try await database.write { [database] db in
            var state = try OutboxState(db)
            let now = database.clock.now
            let stands = state.owner != nil && state.until > now
            if stands, state.owner != owner { return .none }
            if !stands { state.fence += 1 }
            state.owner = owner
            state.until = now + lease
            let records = try Self.pending(limit: limit, state, db)
            if let first = records.first, let last = records.last, last.position > state.offeredThrough {
                // One position for all of them. If it is earlier than a record's own, only more of the bus is searched.
                state.offeredAt = first.position > state.offeredThrough ? position : state.offeredAt.earlier(on: position)
                state.offeredThrough = last.position
            }
            try state.save(db)
            return OutboxClaim(fence: state.fence, records: records)
        }
    }

    private static func pending(limit: Int, _ state: OutboxState, _ db: Database) throws -> [OutboxRecord] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT position, event_id, subject, time, headers, payload FROM outbox
                    WHERE \(isPending) ORDER BY position LIMIT ?
                    """), arguments: [limit]
        ).map { row in
            let position: Int64 = row[0]
            return OutboxRecord(
                position: position,
                event: OutgoingEvent(
                    id: row[1], subject: Subject(unchecked: row[2]), time: Timestamp(milliseconds: row[3]),
                    headers: EventHeaders(block: try row.bytes(at: 4)), payload: try row.bytes(at: 5)),
                offeredAt: position <= state.offeredThrough ? state.offeredAt : nil)
        }
    }

    func markPublished(_ published: [PublishedRecord], on identity: String, fence: Int64) async throws -> Bool {
        try await database.write { [database] db in
            var state = try OutboxState(db)
            guard state.fence == fence else { return false }
            let sequences = Dictionary(published.map { ($0.position, $0.sequence) }) { max($0, $1) }
            guard let last = sequences.keys.max() else { return true }
            let ahead = try Set(Int64.fetchAll(db.cachedStatement(sql: "SELECT position FROM outbox_ahead")))
            let unpublished = try Int64.fetchAll(
                db.cachedStatement(sql: "SELECT position FROM outbox WHERE position > ? AND position <= ? ORDER BY position"),
                arguments: [state.publishedThrough, last])
            var runs: [PublishedRun] = []
            var isRunOpen = false
            var marked: Set<Int64> = []
            for position in unpublished {
                guard let sequence = sequences[position], !ahead.contains(position) else {
                    isRunOpen = false
                    continue
                }
                if isRunOpen { runs[runs.count - 1].add(position, sequence) } else { runs.append(PublishedRun(position, sequence)) }
                isRunOpen = true
                marked.insert(position)
            }
            for run in runs { try run.insert(identity: identity, at: database.clock.now, db) }
            for position in unpublished {
                guard marked.contains(position) || ahead.contains(position) else { break }
                state.publishedThrough = position
            }
            for position in marked where position > state.publishedThrough {
                try db.cachedStatement(sql: "INSERT INTO outbox_ahead VALUES (?)").execute(arguments: [position])
            }
            try Self.catchUp(&state, ahead, db)
            try state.save(db)
            return true
        }
    }

    /// Moves on past records that were published ahead of earlier ones.
    private static func catchUp(_ state: inout OutboxState, _ ahead: Set<Int64>, _ db: Database) throws {
        guard !ahead.isEmpty else { return }
        while let next = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT position FROM outbox WHERE position > ? ORDER BY position LIMIT 1"), arguments: [state.publishedThrough]),
            ahead.contains(next)
        {
            state.publishedThrough = next
        }
        try db.cachedStatement(sql: "DELETE FROM outbox_ahead WHERE position <= ?").execute(arguments: [state.publishedThrough])
    }

    func setAside(position: Int64, reason: String, fence: Int64) async throws -> Bool {
        try await database.write { db in
            var state = try OutboxState(db)
            guard state.fence == fence else { return false }
            try db.execute(
                sql: """
                    INSERT INTO outbox_set_aside SELECT position, event_id, subject, time, headers, payload, ?, ? FROM outbox
                    WHERE position = ? AND \(Self.isPending)
                    """, arguments: [reason, Timestamp.now.milliseconds, position])
            guard db.changesCount == 1 else { return true }
            try db.execute(sql: "DELETE FROM outbox WHERE position = ?", arguments: [position])
            let ahead = try Set(Int64.fetchAll(db.cachedStatement(sql: "SELECT position FROM outbox_ahead")))
            try Self.catchUp(&state, ahead, db)
            try state.save(db)
            return true
        }
    }

    func lastPublished() async throws -> PublishedEvent? {
        try await database.read { db in
            try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT event_id, identity, last_sequence FROM outbox_runs JOIN outbox ON position = last_sequence_position
                        WHERE identity = (SELECT identity FROM outbox_runs ORDER BY id DESC LIMIT 1) ORDER BY last_sequence DESC LIMIT 1
                        """)
            ).map { PublishedEvent(id: $0[0], position: BusPosition(identity: $0[1], sequence: $0[2])) }
        }
    }

    func reopenOutbox(from position: BusPosition) async throws -> Int {
        try await reopen(on: position.identity, from: position.sequence)
    }

    func reopenOutbox(exceptOn identity: String) async throws -> Int {
        try await reopen(on: identity, from: nil)
    }

    /// Reopens records that other buses acknowledged, and those that this one acknowledged at `sequence` or later; none of the
    /// latter if nil.
    private func reopen(on identity: String, from sequence: Int64?) async throws -> Int {
        let reopened = try await database.write { db in
            // Everything from the first run that the bus does not have completely.
            guard
                let first = try Int64.fetchOne(
                    db, sql: "SELECT min(first_position) FROM outbox_runs WHERE identity <> ? OR last_sequence >= ?",
                    arguments: [identity, sequence])
            else { return 0 }
            let lost = try Row.fetchOne(
                db, sql: "SELECT max(last_position), min(first_sequence), max(identity <> ?) FROM outbox_runs WHERE first_position >= ?",
                arguments: [identity, first])!
            let pending = "SELECT count(*) FROM outbox WHERE \(Self.isPending)"
            let before = try Int.fetchOne(db, sql: pending)!
            var state = try OutboxState(db)
            let wasOffered =
                try Row.fetchOne(
                    db, sql: "SELECT 1 FROM outbox WHERE position <= ? AND \(Self.isPending) LIMIT 1", arguments: [state.offeredThrough]) != nil
            let isElsewhere: Bool = lost[2]
            let lostSequence: Int64 = lost[1]
            let firstSequence = min(sequence ?? lostSequence, lostSequence)
            let place = BusPosition(identity: identity, sequence: isElsewhere ? 0 : max(0, firstSequence - 1))
            state.offeredAt = wasOffered ? state.offeredAt.earlier(on: place) : place
            state.offeredThrough = max(state.offeredThrough, lost[0])
            state.publishedThrough = min(state.publishedThrough, first - 1)
            (state.owner, state.until) = (nil, EngineTime(milliseconds: 0))
            state.fence += 1
            try state.save(db)
            try db.execute(sql: "DELETE FROM outbox_ahead WHERE position >= ?", arguments: [first])
            try db.execute(sql: "DELETE FROM outbox_runs WHERE first_position >= ?", arguments: [first])
            return try Int.fetchOne(db, sql: pending)! - before
        }
        if reopened > 0 { signal.raise() }
        return reopened
    }

    func releaseOutbox(fence: Int64) async throws {
        let hadLease = try await database.write { db in
            try db.execute(sql: "UPDATE outbox_state SET owner = NULL, until = 0 WHERE fence = ? AND owner IS NOT NULL", arguments: [fence])
            return db.changesCount > 0
        }
        if hadLease { signal.raise() }
    }

    func outboxStatus() async throws -> OutboxStatus {
        try await database.read { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT count(*), min(time), (SELECT count(*) FROM outbox_set_aside) FROM outbox WHERE \(Self.isPending)")!
            let oldest: Int64? = row[1]
            let age = oldest.map { max(0, (Timestamp.now - Timestamp(milliseconds: $0)).seconds) } ?? 0
            return OutboxStatus(pending: row[0], oldestAge: age, setAside: row[2])
        }
    }

    func dropPublished() async throws {
        let time = database.clock.now - keptFor
        while try await dropOldestRun(publishedBefore: time) {}
    }

    /// Deletes at most 1000 published records.
    /// - Returns: whether there may be more.
    private func dropOldestRun(publishedBefore time: EngineTime) async throws -> Bool {
        try await database.write { db in
            guard
                let run = try Row.fetchOne(
                    db, sql: "SELECT id, first_position, last_position FROM outbox_runs WHERE published_at < ? ORDER BY id LIMIT 1",
                    arguments: [time.milliseconds])
            else { return false }
            let step = 1000
            try db.execute(
                sql: "DELETE FROM outbox WHERE position IN (SELECT position FROM outbox WHERE position BETWEEN ? AND ? ORDER BY position LIMIT ?)",
                arguments: [run[1] as Int64, run[2] as Int64, step])
            if db.changesCount < step { try db.execute(sql: "DELETE FROM outbox_runs WHERE id = ?", arguments: [run[0] as Int64]) }
            return true
        }
    }

    /// Whether there is anything to ``move(to:_:)``.
    /// - Parameter fromOtherBuses: whether to move records even if another bus was offered some of them.
    static func hasRecords(fromOtherBuses: Bool, _ db: Database) throws -> Bool {
        guard try Row.fetchOne(db, sql: "SELECT 1 FROM outbox UNION ALL SELECT 1 FROM outbox_set_aside LIMIT 1") != nil else { return false }
        if fromOtherBuses { return true }
        return try !Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (
                    SELECT offered_identity AS identity FROM outbox_state UNION ALL SELECT identity FROM outbox_runs
                    EXCEPT SELECT '' EXCEPT SELECT identity FROM stream)
                """)!
    }

    /// Publishes the records of a file's outbox into the file's log, which is the bus from now on: pending records, those that
    /// another bus acknowledged recently enough to be kept, and those that another bus could never accept. Empties the outbox and
    /// ends its lease.
    ///
    /// Events that the log already has, by ID, are not published again.
    static func move(to log: LogSink, _ db: Database) throws {
        let columns = "event_id, subject, time, headers, payload"
        let isUnknown = "NOT EXISTS (SELECT 1 FROM events WHERE id = event_id)"
        // Events that the log got and has since dropped must not come back.
        let wasTaken = """
            EXISTS (SELECT 1 FROM outbox_runs WHERE position BETWEEN first_position AND last_position
                AND identity = (SELECT identity FROM stream))
            """
        for sql in [
            "SELECT \(columns) FROM outbox_set_aside WHERE \(isUnknown) ORDER BY position",
            "SELECT \(columns) FROM outbox WHERE \(isUnknown) AND NOT \(wasTaken) ORDER BY position",
        ] {
            let rows = try Row.fetchCursor(db, sql: sql)
            var batch: [OutgoingEvent] = []
            while let row = try rows.next() {
                batch.append(
                    OutgoingEvent(
                        id: row[0], subject: Subject(unchecked: row[1]), time: Timestamp(milliseconds: row[2]),
                        headers: EventHeaders(block: try row.bytes(at: 3)), payload: try row.bytes(at: 4)))
                guard batch.count == 1000 else { continue }
                _ = try log.append(batch, db)
                batch = []
            }
            if !batch.isEmpty { _ = try log.append(batch, db) }
        }
        try db.execute(
            sql: """
                DELETE FROM outbox; DELETE FROM outbox_set_aside; DELETE FROM outbox_runs; DELETE FROM outbox_ahead;
                UPDATE outbox_state SET (published_through, offered_through) =
                    (SELECT ifnull(max(seq), 0), ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'outbox'),
                    owner = NULL, until = 0, fence = fence + 1;
                """)
    }
}
