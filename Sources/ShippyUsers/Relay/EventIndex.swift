import ShippyCore

/// Where the events of a stretch of the bus are, by their ids, so that one way through a long log serves every batch that is
/// looked up.
///
/// An id is known by 128 bits of hashes whose key only this process has.
struct EventIndex {
    /// The number of ids that are remembered: some 50 MB.
    static let limit = 1_000_000

    /// Nothing up to this sequence is in it.
    let start: Int64
    /// Everything from ``start`` up to this sequence is in it, or cannot be pending.
    private(set) var through: Int64
    private var sequences: [UInt128: Int64] = [:]

    init(after start: Int64) {
        self.start = start
        through = start
    }

    var isFull: Bool { sequences.count >= Self.limit }

    /// Takes a stretch in that begins where this one ends. One that is full stays as it is.
    mutating func add(_ ids: EventIDs) {
        guard !isFull else { return }
        for (id, sequence) in ids.sequences {
            let key = Self.key(id)
            sequences[key] = min(sequence, sequences[key] ?? .max)
        }
        through = max(through, ids.through)
    }

    /// Passes over an event that the relay has published itself, and will mark.
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
