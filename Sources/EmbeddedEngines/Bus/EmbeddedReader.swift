import GRDB
import ShippyCore
import Synchronization

/// Reads every row and filters by subject itself, so that a missing sequence is certainly a gap.
///
/// It remembers the last event that it read. If the log has a different event in that place, the log has lost its end, and the
/// reader starts over.
final class EmbeddedReader: EventReader {
    struct Place: Sendable {
        var identity: String
        /// The next sequence to read.
        var next: Int64
        /// The highest sequence that the log is known to have reached.
        var known: Int64
        /// The last event read.
        var last: (sequence: Int64, id: String)?
    }

    private let database: EmbeddedDatabase
    private let changes: ChangeNotifier
    private let subjects: [SubjectFilter]
    private let place: Mutex<Place>

    init(database: EmbeddedDatabase, changes: ChangeNotifier, subjects: [SubjectFilter], from place: Place) {
        self.database = database
        self.changes = changes
        self.subjects = subjects
        self.place = Mutex(place)
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
        let place = place.withLock { $0 }
        let (isLost, events, log) = try await database.read { db in
            let log = try EventLog(db)
            let isLost = try Self.hasLost(place, log)
            let start = isLost ? 1 : place.next
            let events = log.lastSequence < start ? [] : try EventLog.read(db, from: start, through: .max, limit: limit)
            return (isLost, events, (identity: log.identity, first: log.firstSequence, last: log.lastSequence))
        }
        var expected = isLost ? 1 : place.next
        var items: [StreamItem] = []
        items.reserveCapacity(events.count)
        if isLost { items.append(.notice(.reset(last: place.known))) }
        func gap(upTo sequence: Int64) {
            guard sequence > expected else { return }
            if expected < log.first {
                items.append(.notice(.gap(from: expected, to: min(sequence, log.first) - 1, reason: .expired)))
                expected = min(sequence, log.first)
            }
            if sequence > expected { items.append(.notice(.gap(from: expected, to: sequence - 1, reason: .missing))) }
        }
        for event in events {
            gap(upTo: event.sequence)
            if subjects.contains(where: { $0.matches(event.subject) }) { items.append(.event(event)) }
            expected = event.sequence + 1
        }
        if events.isEmpty, log.last >= expected {
            gap(upTo: log.last + 1)
            expected = log.last + 1
        }
        let last = events.last.map { ($0.sequence, $0.id) } ?? (isLost ? nil : place.last)
        self.place.withLock { [expected] in $0 = Place(identity: log.identity, next: expected, known: log.last, last: last) }
        return (items, !events.isEmpty)
    }

    /// Whether the log was replaced, is shorter than before, or has a different event where this reader has been.
    private static func hasLost(_ place: Place, _ log: EventLog) throws -> Bool {
        if log.identity != place.identity || log.lastSequence < place.known { return true }
        guard let last = place.last, last.sequence >= log.firstSequence, let id = try log.eventID(at: last.sequence) else { return false }
        return id != last.id
    }

    func close() async {}
}
