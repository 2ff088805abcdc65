import GRDB
import ShippyCore
import ShippySQLite
import Synchronization

/// Reads every row and filters by subject itself: so a hole in the sequences is a gap for sure.
final class EmbeddedReader: EventReader {
    private let database: EmbeddedDatabase
    private let changes: ChangeNotifier
    private let subjects: [SubjectFilter]
    private let position: Mutex<Int64>

    init(database: EmbeddedDatabase, changes: ChangeNotifier, subjects: [SubjectFilter], nextSequence: Int64) {
        self.database = database
        self.changes = changes
        self.subjects = subjects
        position = Mutex(nextSequence)
    }

    func next(limit: Int, wait: Duration) async throws -> [StreamItem] {
        let deadline = ContinuousClock.now + wait
        while true {
            let mark = changes.mark
            let (items, sawRows) = try await read(limit: limit)
            if !items.isEmpty { return items }
            if sawRows { continue }
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero, !Task.isCancelled else { return [] }
            await changes.wait(after: mark, upTo: left)
        }
    }

    private func read(limit: Int) async throws -> (items: [StreamItem], sawRows: Bool) {
        let start = position.withLock { $0 }
        let (events, lastSequence, firstSequence) = try await database.read { db in
            let log = try EventLog(db)
            let events = log.lastSequence < start ? [] : try EventLog.read(db, from: start, through: .max, limit: limit)
            return (events, log.lastSequence, log.firstSequence)
        }
        var expected = start
        var items: [StreamItem] = []
        items.reserveCapacity(events.count)
        func gap(upTo sequence: Int64) {
            guard sequence > expected else { return }
            if expected < firstSequence {
                items.append(.notice(.gap(from: expected, to: min(sequence, firstSequence) - 1, reason: "expired")))
                expected = min(sequence, firstSequence)
            }
            if sequence > expected { items.append(.notice(.gap(from: expected, to: sequence - 1, reason: "missing"))) }
        }
        for event in events {
            gap(upTo: event.sequence)
            if subjects.contains(where: { $0.matches(event.subject) }) { items.append(.event(event)) }
            expected = event.sequence + 1
        }
        if events.isEmpty, lastSequence >= expected {
            gap(upTo: lastSequence + 1)
            expected = lastSequence + 1
        }
        position.withLock { [expected] in $0 = expected }
        return (items, !events.isEmpty)
    }

    func close() async {}
}
