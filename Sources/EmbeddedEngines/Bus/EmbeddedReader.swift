import GRDB
import ShippyCore
import Synchronization

/// Reads every row and filters by subject itself: so a hole in the sequences is a gap for sure.
///
/// It remembers the event that it read last. A log in which another one lies there has lost its end, and begins anew.
final class EmbeddedReader: EventReader {
    struct Place: Sendable {
        var identity: String
        /// The sequence that comes next.
        var next: Int64
        /// The greatest sequence that the log is known to have had.
        var known: Int64
        /// The event that was read last.
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

    /// Whether the log is another one, or ends earlier, or holds something else where this reader has been.
    private static func hasLost(_ place: Place, _ log: EventLog) throws -> Bool {
        if log.identity != place.identity || log.lastSequence < place.known { return true }
        guard let last = place.last, last.sequence >= log.firstSequence, let id = try log.eventID(at: last.sequence) else { return false }
        return id != last.id
    }

    func close() async {}
}
