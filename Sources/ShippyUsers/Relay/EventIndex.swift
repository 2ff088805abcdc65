import ShippyCore

/// The sequences of the bus's events in a range, by event ID. One pass through a long log serves all batches.
///
/// IDs are stored as 128-bit hashes, keyed with a secret of this process.
struct EventIndex {
    /// The most IDs stored: about 50 MB.
    static let limit = 1_000_000

    /// The index covers events after this sequence.
    let start: Int64
    /// Every event after ``start`` up to this sequence is in the index, or cannot be pending.
    private(set) var through: Int64
    private var sequences: [UInt128: Int64] = [:]

    init(after start: Int64) {
        self.start = start
        through = start
    }

    var isFull: Bool { sequences.count >= Self.limit }

    /// Adds a range that begins where the index ends. A full index does not change.
    mutating func add(_ ids: EventIDs) {
        guard !isFull else { return }
        for (id, sequence) in ids.sequences {
            let key = Self.key(id)
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
        for id in ids { found[id] = sequences[Self.key(id)] }
        return found
    }

    private static func key(_ id: String) -> UInt128 {
        func half(_ which: UInt8) -> UInt128 {
            var hasher = Hasher()
            hasher.combine(which)
            hasher.combine(id)
            return UInt128(UInt64(bitPattern: Int64(hasher.finalize())))
        }
        return half(0) << 64 | half(1)
    }
}
