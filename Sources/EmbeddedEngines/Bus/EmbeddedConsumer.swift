import GRDB
import ShippyCore

/// A member of a consumer group. One lease covers a run of sequences, so that a batch costs one row instead of one per event.
///
/// When a lease expires, its run is handed out again in halves, so that an event that killed its holder is soon alone. Deliveries
/// count only for a single event, so its neighbours never go to the dead letters. A holder that comes back late was not killed:
/// its delivery is taken off the count.
final class EmbeddedConsumer: EventConsumer {
    private let database: EmbeddedDatabase
    private let signal: ChangeSignal
    private let configuration: ConsumerConfiguration

    init(database: EmbeddedDatabase, signal: ChangeSignal, configuration: ConsumerConfiguration) {
        self.database = database
        self.signal = signal
        self.configuration = configuration
    }

    func fetch(limit: Int, wait: Duration) async throws -> DeliveryBatch {
        let deadline = ContinuousClock.now + wait
        while true {
            let mark = signal.notifier.mark
            let batch = try await fetch(limit: limit)
            if !batch.buried.isEmpty { signal.raise() }
            if !batch.events.isEmpty || !batch.buried.isEmpty { return batch }
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero, !Task.isCancelled else { return .empty }
            await signal.notifier.wait(after: mark, upTo: left)
        }
    }

    private func fetch(limit: Int) async throws -> DeliveryBatch {
        // Check first: an idle consumer must not write.
        let name = configuration.name
        let hasWork = try await database.read { db in
            try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT 1 WHERE EXISTS (SELECT 1 FROM leases WHERE consumer = ?1 AND until <= ?2)
                        OR (SELECT next_seq FROM consumers WHERE name = ?1) <= (SELECT last_seq FROM stream)
                        """), arguments: [name, now.milliseconds]) != nil
        }
        guard hasWork else { return .empty }
        return try await database.write { [self] db in
            var buried: [BuriedEvent] = []
            var batch = DeliveryBatch.empty
            while batch.events.isEmpty, let lease = try endedLease(db) {
                batch = try handOutAgain(lease, limit: limit, &buried, db)
            }
            if batch.events.isEmpty { batch = try handOutNew(limit: limit, db) }
            batch.buried = buried
            return batch
        }
    }

    /// The time by the clock that all members share.
    private var now: EngineTime { database.clock.now }

    private struct Lease {
        var id: Int64
        var first: Int64
        var last: Int64
        /// The deliveries that count so far. A released delivery does not count.
        var attempt: Int
    }

    private func endedLease(_ db: Database) throws -> Lease? {
        try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT id, first_seq, last_seq, attempt FROM leases WHERE consumer = ? AND until <= ? ORDER BY until LIMIT 1
                    """), arguments: [configuration.name, now.milliseconds]
        ).map { Lease(id: $0[0], first: $0[1], last: $0[2], attempt: $0[3]) }
    }

    private func handOutAgain(_ lease: Lease, limit: Int, _ buried: inout [BuriedEvent], _ db: Database) throws -> DeliveryBatch {
        try db.execute(sql: "DELETE FROM leases WHERE id = ?", arguments: [lease.id])
        var events = try matching(db, from: lease.first, through: lease.last)
        guard !events.isEmpty else { return .empty }
        guard events.count > 1 else {
            if lease.attempt >= configuration.maxDeliver {
                buried.append(try bury(events[0], reason: "not acknowledged after \(lease.attempt) deliveries", db))
                return .empty
            }
            return try handOut(events, attempt: lease.attempt + 1, db)
        }
        // A released batch stays together.
        let count = min(limit, lease.attempt == 0 ? events.count : events.count / 2)
        let rest = events[count...]
        if let first = rest.first, let last = rest.last {
            try insertLease(first: first.sequence, last: last.sequence, attempt: min(lease.attempt, 1), for: .zero, db)
        }
        events.removeLast(rest.count)
        return try handOut(events, attempt: 1, db)
    }

    private func handOutNew(limit: Int, _ db: Database) throws -> DeliveryBatch {
        while true {
            let next = try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT next_seq FROM consumers WHERE name = ?"), arguments: [configuration.name])!
            let rows = try EventLog.read(db, from: next, through: .max, limit: limit)
            guard let last = rows.last else { return .empty }
            try db.cachedStatement(sql: "UPDATE consumers SET next_seq = ? WHERE name = ?")
                .execute(arguments: [last.sequence + 1, configuration.name])
            let events = rows.filter { configuration.filter.matches($0.subject) }
            if !events.isEmpty { return try handOut(events, attempt: 1, db) }
        }
    }

    private func matching(_ db: Database, from first: Int64, through last: Int64) throws -> [Event] {
        try EventLog.read(db, from: first, through: last, limit: .max).filter { configuration.filter.matches($0.subject) }
    }

    private func handOut(_ events: [Event], attempt: Int, _ db: Database) throws -> DeliveryBatch {
        let token = try insertLease(
            first: events.first!.sequence, last: events.last!.sequence, attempt: attempt, for: configuration.lease, db)
        return DeliveryBatch(token: token, events: events, attempt: attempt)
    }

    /// - Returns: the ID of the lease. It is never used again (AUTOINCREMENT).
    @discardableResult
    private func insertLease(first: Int64, last: Int64, attempt: Int, for time: Duration, _ db: Database) throws -> Int64 {
        try db.cachedStatement(sql: "INSERT INTO leases(consumer, first_seq, last_seq, attempt, until) VALUES (?, ?, ?, ?, ?)")
            .execute(arguments: [configuration.name, first, last, attempt, (now + time).milliseconds])
        return db.lastInsertedRowID
    }

    func settle(_ batch: DeliveryBatch, failures: [Int64: String]) async throws -> [BuriedEvent] {
        let buried = try await database.write { [self] db in
            guard try end(batch, db) else { return [BuriedEvent]() }
            var buried: [BuriedEvent] = []
            for event in batch.events {
                guard let reason = failures[event.sequence] else { continue }
                if batch.attempt >= configuration.maxDeliver {
                    buried.append(try bury(event, reason: reason, db))
                } else {
                    let delay = configuration.backoff.delay(attempt: batch.attempt)
                    try insertLease(first: event.sequence, last: event.sequence, attempt: batch.attempt, for: delay, db)
                }
            }
            return buried
        }
        if !buried.isEmpty { signal.raise() }
        return buried
    }

    func release(_ batch: DeliveryBatch) async throws {
        guard let first = batch.events.first, let last = batch.events.last else { return }
        let isOurs = try await database.write { [self] db in
            guard try end(batch, db) else { return false }
            try insertLease(first: first.sequence, last: last.sequence, attempt: batch.attempt - 1, for: .zero, db)
            return true
        }
        if isOurs { signal.raise() }
    }

    /// Ends the lease of a batch.
    /// - Returns: false if its events have been handed out again.
    private func end(_ batch: DeliveryBatch, _ db: Database) throws -> Bool {
        try db.cachedStatement(sql: "DELETE FROM leases WHERE id = ?").execute(arguments: [batch.token])
        if db.changesCount == 1 { return true }
        // The holder was late, not killed by its only event.
        guard batch.events.count == 1 else { return false }
        try db.execute(
            sql: "UPDATE leases SET attempt = attempt - 1 WHERE consumer = ? AND first_seq = ? AND last_seq = first_seq AND attempt > 1",
            arguments: [configuration.name, batch.events[0].sequence])
        return false
    }

    /// Publishes a copy of the event under the group's dead letter subject.
    private func bury(_ event: Event, reason: String, _ db: Database) throws -> BuriedEvent {
        var log = try EventLog(db)
        _ = try log.append(event.deadLetter(of: configuration.name, reason: reason))
        try log.save()
        return BuriedEvent(sequence: event.sequence, id: event.id, reason: reason)
    }

    func close() async {}
}
