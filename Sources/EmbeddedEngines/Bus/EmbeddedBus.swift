import GRDB
package import ShippyCore

/// An event bus in a SQLite file that the processes of one machine share. A store in the same file publishes events with its own
/// commits.
///
/// Published events are on disk when ``publish(_:)`` returns, all or none. Events past the retention are deleted, except those
/// that a consumer group has not acknowledged. While no group exists, none is deleted: a promised mail outlives any limit.
package final class EmbeddedBus: EventBus {
    /// The age and the total size beyond which events may be deleted: see ``EmbeddedBus``.
    package struct EventRetention: Hashable, Sendable {
        package var age: Duration
        package var bytes: Int64

        package init(age: Duration = .seconds(7 * 86_400), bytes: Int64 = 4 << 30) {
            self.age = age
            self.bytes = bytes
        }
    }

    let database: EmbeddedDatabase
    let signal: ChangeSignal
    let retention: EventRetention

    package init(_ database: EmbeddedDatabase, retention: EventRetention = EventRetention()) throws {
        self.database = database
        signal = try database.signal(.events)
        self.retention = retention
        database.join()
    }

    /// - Throws: as ``EmbeddedDatabase/init(main:takingOver:)``.
    package convenience init(path: String, retention: EventRetention = EventRetention()) throws {
        try self.init(EmbeddedDatabase(main: path), retention: retention)
    }

    package func publish(_ events: [OutgoingEvent]) async throws -> [Result<PublishReceipt, ShippyError>] {
        let receipts = try await database.write { db in
            var log = try EventLog(db)
            let receipts = try events.map { try log.append($0) }
            try log.save()
            return receipts
        }
        if receipts.contains(where: { !$0.isDuplicate }) { signal.raise() }
        return receipts.map { .success($0) }
    }

    package func position() async throws -> BusPosition {
        try await database.read { db in
            let log = try EventLog(db)
            return BusPosition(identity: log.identity, sequence: log.lastSequence)
        }
    }

    package func eventID(at sequence: Int64) async throws -> String? {
        try await database.read { try EventLog($0).eventID(at: sequence) }
    }

    package func eventIDs(after sequence: Int64, limit: Int) async throws -> EventIDs {
        try await database.read { try EventLog($0).eventIDs(after: sequence, limit: limit) }
    }

    package func reader(subjects: [SubjectFilter], from start: StartPosition) async throws -> any EventReader {
        let place = try await database.read { db in
            let log = try EventLog(db)
            return EmbeddedReader.Place(
                identity: log.identity, next: try log.resolve(start, subjects: subjects), known: log.lastSequence)
        }
        return EmbeddedReader(database: database, changes: signal.notifier, subjects: subjects, from: place)
    }

    package func declare(_ group: ConsumerConfiguration) async throws {
        try await database.write { try EventLog.declare(group, $0) }
    }

    package func consumer(_ configuration: ConsumerConfiguration) async throws -> any EventConsumer {
        try await declare(configuration)
        return EmbeddedConsumer(database: database, signal: signal, configuration: configuration)
    }

    package func status() async throws -> BusStatus {
        try await database.read { db in
            let log = try EventLog(db)
            let consumers = try Row.fetchAll(db, sql: "SELECT name, filter, next_seq FROM consumers ORDER BY name").map { row in
                let filter = try SubjectFilter(row[1])
                var inWork = 0
                for lease in try Row.fetchAll(db, sql: "SELECT first_seq, last_seq FROM leases WHERE consumer = ?", arguments: [row[0] as String]) {
                    let (first, last): (Int64, Int64) = (lease[0], lease[1])
                    inWork += try log.count(filter, from: first, through: last)
                    // A replay is under a lease of its own.
                    if first == last { inWork += try log.count(SubjectFilter(.replays(of: row[0] as String)), from: first, through: last) }
                }
                let waiting = try log.count(filter, from: row[2], through: log.lastSequence)
                return BusStatus.Consumer(name: row[0], filter: filter, lag: waiting + inWork, inWork: inWork)
            }
            return BusStatus(
                firstSequence: log.firstSequence, lastSequence: log.lastSequence, bytes: log.bytes, consumers: consumers,
                deadLetters: log.deadLetters)
        }
    }

    package func deadLetters(after sequence: Int64, limit: Int) async throws -> [DeadLetter] {
        try await database.read { try EventLog($0).openDeadLetters(after: sequence, limit: limit) }
    }

    package func settle(
        _ letters: [DeadLetter], by settlement: DeadLetter.Settlement
    ) async throws -> [Result<PublishReceipt, ShippyError>] {
        let receipts = try await database.write { db in
            var log = try EventLog(db)
            let receipts = try letters.map { letter -> Result<PublishReceipt, ShippyError> in
                do {
                    return .success(try log.settle(letter, by: settlement))
                } catch let error as ShippyError {
                    return .failure(error)
                }
            }
            try log.save()
            return receipts
        }
        signal.raise()
        return receipts
    }

    package func probe() async throws -> String { try await database.probe() }

    package func examine() async throws -> EngineExamination {
        var examination = try await database.examine()
        let bytes = try await database.read { try EventLog($0).bytes }
        let part = Double(bytes) / Double(retention.bytes)
        if part > 0.9 {
            examination.concerns.append(
                .warning(
                    "the events take \(Int(part * 100)) % of the \(retention.bytes >> 20) MiB that are kept: the oldest go first",
                    advice: "raise --event-max-bytes, or lower --event-max-age"))
        }
        return examination
    }

    package func maintain() async throws {
        let (retention, step) = (retention, 1000)
        // Expired by both clocks: a clock set ahead for a minute drops nothing.
        let now = min(Timestamp(milliseconds: database.clock.now.milliseconds), .now)
        let past = try await database.read { try EventLog.lastPast($0, age: retention.age, at: now) }
        while try await database.write({ db in
            var log = try EventLog(db)
            let expired = try log.expire(age: retention.age, beyondBytes: retention.bytes, limit: step, past: past, at: now)
            if expired > 0 { try log.save() }
            return expired
        }) == step {}
    }

    package func close() async { database.close() }
}
