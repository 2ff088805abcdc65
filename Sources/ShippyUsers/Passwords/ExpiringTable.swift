/// A value in an ``ExpiringTable``.
protocol Expiring {
    /// When the value no longer makes a difference.
    var expiry: ContinuousClock.Instant { get }
}

/// A dictionary of bounded size that forgets first what matters least: the values that expire first.
///
/// Not the longest unused ones, because then anybody could have a value of theirs forgotten by making many others.
struct ExpiringTable<Key: Hashable & Sendable, Value: Expiring & Sendable>: Sendable {
    let limit: Int
    private var values: [Key: Value] = [:]

    init(limit: Int) { self.limit = limit }

    var count: Int { values.count }

    /// The value, unless it has expired.
    func value(_ key: Key, at now: ContinuousClock.Instant) -> Value? { values[key].flatMap { $0.expiry > now ? $0 : nil } }

    /// Nil removes the value. Now and then, this removes an eighth of the others to make room.
    mutating func set(_ key: Key, _ value: Value?, at now: ContinuousClock.Instant) {
        if value != nil, values.count >= limit, values[key] == nil { makeRoom(at: now) }
        values[key] = value
    }

    mutating func removeAll(where isRemoved: (Key) -> Bool) { values = values.filter { !isRemoved($0.key) } }

    private mutating func makeRoom(at now: ContinuousClock.Instant) {
        values = values.filter { $0.value.expiry > now }
        let excess = values.count - (limit - max(1, limit / 8))
        guard excess > 0 else { return }
        for (key, _) in values.map({ ($0.key, $0.value.expiry) }).sorted(by: { $0.1 < $1.1 }).prefix(excess) { values[key] = nil }
    }
}
