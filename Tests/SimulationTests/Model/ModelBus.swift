import ShippyCore

/// A bus in memory that keeps to its contract: it looks back two minutes for duplicates, as NATS does, and can lose its end.
final class ModelBus {
    private struct Entry {
        var event: OutgoingEvent
        var time: Int
    }

    private struct Delivery {
        var sequences: [Int64]
        var end: Int
    }

    private static let duplicateWindow = 120_000
    private static let maxDeliver = 8

    private(set) var identity = "bus-1"
    /// The event under sequence 1 comes first.
    private var entries: [Entry] = []
    private var sequencesByID: [String: Int64] = [:]
    /// A replica that lags answers as if this were all.
    var visibleLength: Int?
    private(set) var hasLost = false

    // One group.
    private var cursor: Int64 = 1
    private var deliveries: [Int64: Delivery] = [:]
    private var returned: [Int64: Int] = [:]
    private var attempts: [Int64: Int] = [:]
    private var nextToken: Int64 = 1

    var lastSequence: Int64 { Int64(entries.count) }

    func count(ofEvent id: String) -> Int { entries.count { $0.event.id == id } }

    var isConsumed: Bool { cursor > lastSequence && deliveries.isEmpty && returned.isEmpty }

    // MARK: Faults

    func loseEnd(_ count: Int) {
        hasLost = true
        for entry in entries.suffix(count) { sequencesByID[entry.event.id] = nil }
        entries.removeLast(min(count, entries.count))
        cursor = min(cursor, lastSequence + 1)
        // Whoever holds some of what is left finds its lease gone.
        for sequence in deliveries.values.flatMap(\.sequences) { returned[sequence] = 0 }
        deliveries = [:]
        returned = returned.filter { $0.key <= lastSequence }
        attempts = attempts.filter { $0.key <= lastSequence }
        visibleLength = nil
    }

    func beginAnew(as identity: String) {
        loseEnd(entries.count)
        self.identity = identity
    }

    // MARK: Publishing

    func publish(_ events: [OutgoingEvent], now: Int) -> [Result<PublishReceipt, ShippyError>] {
        events.map { event in
            if let sequence = sequencesByID[event.id], now - entries[Int(sequence) - 1].time < Self.duplicateWindow {
                return .success(PublishReceipt(sequence: sequence, isDuplicate: true))
            }
            entries.append(Entry(event: event, time: now))
            sequencesByID[event.id] = lastSequence
            return .success(PublishReceipt(sequence: lastSequence, isDuplicate: false))
        }
    }

    func position() -> BusPosition { BusPosition(identity: identity, sequence: Int64(visibleLength ?? entries.count)) }

    func eventID(at sequence: Int64) -> String? {
        sequence >= 1 && sequence <= visibleLength ?? entries.count ? entries[Int(sequence) - 1].event.id : nil
    }

    /// A few at a time, so that a look takes several calls.
    func eventIDs(after sequence: Int64) -> EventIDs {
        let end = min(Int(sequence) + 20, entries.count)
        var ids = EventIDs(sequences: [:], through: max(sequence, Int64(end)), isEnd: end == entries.count)
        for (index, entry) in entries.enumerated().prefix(end).dropFirst(Int(sequence)) { ids.sequences[entry.event.id] = Int64(index) + 1 }
        return ids
    }

    // MARK: Consuming

    func fetch(limit: Int, leaseMilliseconds: Int, now: Int) -> DeliveryBatch {
        for (token, delivery) in deliveries where delivery.end <= now {
            deliveries[token] = nil
            for sequence in delivery.sequences { returned[sequence] = now }
        }
        var sequences: [Int64] = []
        var attempt = 1
        if let again = returned.filter({ $0.value <= now }).keys.min() {
            returned[again] = nil
            attempt = (attempts[again] ?? 0) + 1
            sequences = [again]
        } else {
            while sequences.count < limit, cursor <= lastSequence {
                sequences.append(cursor)
                cursor += 1
            }
        }
        guard !sequences.isEmpty else { return .empty }
        defer { nextToken += 1 }
        deliveries[nextToken] = Delivery(sequences: sequences, end: now + leaseMilliseconds)
        let events = sequences.map { sequence in
            let event = entries[Int(sequence) - 1].event
            return Event(sequence: sequence, id: event.id, subject: event.subject, time: event.time, headers: event.headers, payload: event.payload)
        }
        return DeliveryBatch(token: nextToken, events: events, attempt: attempt)
    }

    func settle(_ batch: DeliveryBatch, failures: [Int64: String], now: Int) -> [BuriedEvent] {
        guard deliveries.removeValue(forKey: batch.token) != nil else { return [] }
        var buried: [BuriedEvent] = []
        for event in batch.events {
            guard let reason = failures[event.sequence] else { continue }
            attempts[event.sequence, default: 0] += 1
            if attempts[event.sequence]! >= Self.maxDeliver {
                buried.append(BuriedEvent(sequence: event.sequence, id: event.id, reason: reason))
            } else {
                returned[event.sequence] = now + 500
            }
        }
        return buried
    }

    func release(_ batch: DeliveryBatch, now: Int) {
        guard let delivery = deliveries.removeValue(forKey: batch.token) else { return }
        for sequence in delivery.sequences { returned[sequence] = now }
    }
}
