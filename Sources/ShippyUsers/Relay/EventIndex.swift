import ShippyCore

/// The sequences of the bus's events in a range, by event ID. One pass through a long log serves all batches.
struct EventIndex {
    /// The most IDs stored: about 50 MB.
    static let limit = 1_000_000

    /// The index covers events after this sequence.
    let start: Int64
    /// Every event after ``start`` up to this sequence is in the index, or cannot be pending.
    private(set) var through: Int64
    private var sequences: [EventIDKey: Int64] = [:]

    init(after start: Int64) {
        self.start = start
        through = start
    }

    var isFull: Bool { sequences.count >= Self.limit }

    /// Adds a range that begins where the index ends. A full index does not change.
    mutating func add(_ ids: EventIDs) {
        guard !isFull else { return }
        for (id, sequence) in ids.sequences {
            let key = EventIDKey(id)
            sequences[key] = min(sequence, sequences[key] ?? .max)
        }
        through = max(through, ids.through)
    }

    /// Skips an event that this relay published and will mark.
    mutating func pass(_ sequence: Int64) {
        if sequence == through + 1 { through = sequence }
    }

    func sequences(of ids: Set<String>) -> [String: Int64] {
        var found: [String: Int64] = [:]
        for id in ids { found[id] = sequences[EventIDKey(id)] }
        return found
    }
}
