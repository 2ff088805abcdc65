import GRDB
import ShippyCore
import ShippySQLite

/// A member of a consumer group. A lease covers a run of sequences, so that a batch costs one row and not one for each event.
///
/// A run whose lease ran out is handed out again in halves: what killed its holder is soon alone, and only then are its
/// deliveries counted, so that its neighbours never end in the dead letters.
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
            if !batch.events.isEmpty { return batch }
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero, !Task.isCancelled else { return .empty }
            await signal.notifier.wait(after: mark, upTo: left)
        }
    }

    private func fetch(limit: Int) async throws -> DeliveryBatch {
        // A look first: an idle consumer must not write.
        let name = configuration.name
        let hasWork = try await database.read { db in
            try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT 1 WHERE EXISTS (SELECT 1 FROM leases WHERE consumer = ?1 AND until <= ?2)
                        OR (SELECT next_seq FROM consumers WHERE name = ?1) <= (SELECT last_seq FROM stream)
                        """), arguments: [name, Timestamp.now.milliseconds]) != nil
        }
        guard hasWork else { return .empty }
        return try await database.write { [self] db in
            while let lease = try expiredLease(db) {
                let batch = try handOutAgain(lease, db)
                if !batch.events.isEmpty { return batch }
            }
            return try handOutNew(limit: limit, db)
        }
    }

    private struct Lease {
        var id: Int64
        var first: Int64
        var last: Int64
        var attempt: Int
    }

    private func expiredLease(_ db: Database) throws -> Lease? {
        try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT id, first_seq, last_seq, attempt FROM leases WHERE consumer = ? AND until <= ? ORDER BY until LIMIT 1
                    """), arguments: [configuration.name, Timestamp.now.milliseconds]
        ).map { Lease(id: $0[0], first: $0[1], last: $0[2], attempt: $0[3]) }
    }

    private func handOutAgain(_ lease: Lease, _ db: Database) throws -> DeliveryBatch {
        try db.execute(sql: "DELETE FROM leases WHERE id = ?", arguments: [lease.id])
        var events = try matching(db, from: lease.first, through: lease.last)
        guard !events.isEmpty else { return .empty }
        guard events.count > 1 else {
            if lease.attempt >= configuration.maxDeliver {
                try bury(events[0], reason: "no acknowledgement of \(lease.attempt) deliveries", db)
                return .empty
            }
            return try handOut(events, attempt: lease.attempt + 1, db)
        }
        let rest = events[(events.count / 2)...]
        try insertLease(first: rest.first!.sequence, last: rest.last!.sequence, attempt: 1, until: .now, db)
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
            first: events.first!.sequence, last: events.last!.sequence, attempt: attempt, until: .now + configuration.lease, db)
        return DeliveryBatch(token: token, events: events, attempt: attempt)
    }

    @discardableResult
    private func insertLease(first: Int64, last: Int64, attempt: Int, until: Timestamp, _ db: Database) throws -> Int64 {
        try db.cachedStatement(sql: "INSERT INTO leases(consumer, first_seq, last_seq, attempt, until) VALUES (?, ?, ?, ?, ?)")
            .execute(arguments: [configuration.name, first, last, attempt, until.milliseconds])
        return db.lastInsertedRowID
    }

    func settle(_ batch: DeliveryBatch, failures: [Int64: String]) async throws {
        let buried = try await database.write { [self] db in
            try db.cachedStatement(sql: "DELETE FROM leases WHERE id = ?").execute(arguments: [batch.token])
            guard db.changesCount == 1 else { return false }
            var buried = false
            for event in batch.events {
                guard let reason = failures[event.sequence] else { continue }
                if batch.attempt >= configuration.maxDeliver {
                    try bury(event, reason: reason, db)
                    buried = true
                } else {
                    let until = Timestamp.now + configuration.backoff.delay(attempt: batch.attempt)
                    try insertLease(first: event.sequence, last: event.sequence, attempt: batch.attempt, until: until, db)
                }
            }
            return buried
        }
        if buried { signal.raise() }
    }

    /// Publishes the event once more, as it is, under the group's dead letter subject.
    private func bury(_ event: Event, reason: String, _ db: Database) throws {
        var log = try EventLog(db)
        _ = try log.append(event.deadLetter(of: configuration.name, reason: reason))
        try log.save()
    }

    func close() async {}
}
