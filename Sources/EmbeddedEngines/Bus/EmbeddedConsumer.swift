import GRDB
import ShippyCore
import Synchronization

/// A member of a consumer group. One lease covers a run of sequences, so that a batch costs one row instead of one per event.
///
/// When a lease expires, its run is handed out again in halves, so that an event that killed its holder is soon alone. Deliveries
/// count only for a single event, so its neighbours never go to the dead letters. A holder that comes back late was not killed:
/// its delivery is taken off the count.
///
/// An event that does not match costs a look at its subject, and no write. A member remembers how far it has looked. It moves the group
/// past what it has skipped together with its next batch, at the end of a fetch that found nothing, or when it is ``step`` events ahead.
/// Until then, the skipped events do not expire.
final class EmbeddedConsumer: EventConsumer {
    /// How many events one transaction looks at.
    private static let step: Int64 = 10_000
    /// The shortest time between two looks at events that are skipped. Each commit of a busy store would cause one otherwise.
    private static let interval = Duration.milliseconds(40)

    private let database: EmbeddedDatabase
    private let signal: ChangeSignal
    private let configuration: ConsumerConfiguration
    private let skipped = Mutex<SkippedEvents?>(nil)

    init(database: EmbeddedDatabase, signal: ChangeSignal, configuration: ConsumerConfiguration) {
        self.database = database
        self.signal = signal
        self.configuration = configuration
    }

    func fetch(limit: Int, wait: Duration) async throws -> DeliveryBatch {
        let deadline = ContinuousClock.now + wait
        var pace = Pace(interval: Self.interval)
        while true {
            let mark = signal.notifier.mark
            let (batch, hasSkipped) = try await fetch(limit: limit)
            if !batch.buried.isEmpty { signal.raise() }
            if !batch.events.isEmpty || !batch.buried.isEmpty { return batch }
            let left = ContinuousClock.now.duration(to: deadline)
            guard !Task.isCancelled else { return .empty }
            guard left > .zero else {
                try await passSkipped()
                return .empty
            }
            await signal.notifier.wait(after: mark, upTo: left)
            if hasSkipped { await pace.next() }
        }
    }

    private enum Look {
        /// There is something to hand out.
        case work
        /// There is nothing up to the end of the log.
        case nothing
        /// There was nothing in this step.
        case more
    }

    /// Looks at the log until its end or until there is something to hand out. Looking does not write: an idle consumer must not.
    ///
    /// - Returns: the batch, and whether events were skipped on the way.
    private func fetch(limit: Int) async throws -> (DeliveryBatch, hasSkipped: Bool) {
        let before = skipped.withLock { $0?.through }
        while !Task.isCancelled {
            let found = try await database.read { [self] db in try look(db) }
            if case .work = found {
                let batch = try await database.write { [self] db in try handOut(limit: limit, db) }
                if !batch.events.isEmpty || !batch.buried.isEmpty { return (batch, false) }
            } else if skipped.withLock({ $0.map { $0.count >= Self.step } ?? false }) {
                try await passSkipped()
            }
            if case .nothing = found { break }
        }
        return (.empty, skipped.withLock { $0?.through } != before)
    }

    private func look(_ db: Database) throws -> Look {
        if try endedLease(db) != nil { return .work }
        let log = try EventLog(db)
        guard let next = try next(db) else { return .nothing }
        let first = try firstUnseen(from: next, log)
        let last = min(log.lastSequence, first + Self.step - 1)
        guard first <= last else { return .nothing }
        let match = try log.firstMatch(configuration.filter, from: first, through: last)
        let through = match.map { $0 - 1 } ?? last
        if through >= first {
            let seen = try SkippedEvents(identity: log.identity, from: next, through: through, lastID: log.eventID(at: through))
            skipped.withLock { $0 = seen }
        }
        return match != nil ? .work : last < log.lastSequence ? .more : .nothing
    }

    /// The first sequence that the group has yet to take; nil if someone has deleted the group.
    private func next(_ db: Database) throws -> Int64? {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT next_seq FROM consumers WHERE name = ?"), arguments: [configuration.name])
    }

    /// The first sequence from `next` that this member has not skipped. It begins again at `next` if the log has changed since.
    private func firstUnseen(from next: Int64, _ log: EventLog) throws -> Int64 {
        guard let seen = skipped.withLock({ $0 }), seen.through >= next, seen.through <= log.lastSequence, seen.identity == log.identity,
            try log.eventID(at: seen.through) == seen.lastID
        else { return next }
        return seen.through + 1
    }

    /// Moves the group past the events that this member has skipped, so that they may expire.
    private func passSkipped() async throws {
        guard let seen = skipped.withLock({ $0 }), seen.count > 0 else { return }
        try await database.write { [self] db in
            guard let next = try next(db) else { return }
            try advance(from: next, to: try firstUnseen(from: next, EventLog(db)), db)
        }
        skipped.withLock { if $0 == seen { $0?.from = seen.through + 1 } }
    }

    private func advance(from next: Int64, to sequence: Int64, _ db: Database) throws {
        guard sequence > next else { return }
        try db.cachedStatement(sql: "UPDATE consumers SET next_seq = ? WHERE name = ?").execute(arguments: [sequence, configuration.name])
    }

    private func handOut(limit: Int, _ db: Database) throws -> DeliveryBatch {
        var buried: [BuriedEvent] = []
        var batch = DeliveryBatch.empty
        while batch.events.isEmpty, let lease = try endedLease(db) {
            batch = try handOutAgain(lease, limit: limit, &buried, db)
        }
        if batch.events.isEmpty { batch = try handOutNew(limit: limit, db) }
        batch.buried = buried
        return batch
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
        guard let next = try next(db) else { return .empty }
        let first = try firstUnseen(from: next, EventLog(db))
        let (events, through) = try EventLog.matching(configuration.filter, db, from: first, through: .max, limit: limit)
        try advance(from: next, to: through.map { $0 + 1 } ?? first, db)
        return events.isEmpty ? .empty : try handOut(events, attempt: 1, db)
    }

    /// The group's events in a run. A replayed dead letter is one only if it is the whole run: other runs merely pass it.
    private func matching(_ db: Database, from first: Int64, through last: Int64) throws -> [Event] {
        let events = try EventLog.matching(configuration.filter, db, from: first, through: last, limit: .max).events
        guard first == last, events.isEmpty else { return events }
        let replays = Subject.replays(of: configuration.name)
        return try EventLog.read(db, from: first, through: last, limit: 1).filter { $0.subject == replays }.map(\.restored)
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
