import ShippyCore

/// How often somebody may do something: some times at once, and then once each ``interval``. Of bounded size.
struct Allowance<Key: Hashable & Sendable>: Sendable {
    typealias Instant = ContinuousClock.Instant

    private let burst: Int
    private let interval: Duration
    private var counts: ExpiringTable<Key, FadingCount>

    /// - Parameter limit: the most keys.
    init(burst: Int = LinkLimits.accountBurst, interval: Duration = LinkLimits.accountInterval, limit: Int = LinkLimits.tableLimit) {
        self.burst = burst
        self.interval = interval
        counts = ExpiringTable(limit: limit)
    }

    var count: Int { counts.count }

    /// Counts one more time, unless it has to wait.
    /// - Returns: how long it has to wait; nil if it may be done now.
    mutating func charge(_ key: Key, at now: Instant) -> Duration? {
        var count = counts.value(key, at: now) ?? FadingCount(interval: interval, at: now)
        let opening = count.room(within: burst)
        guard opening <= now else { return opening - now }
        count.add(at: now, limit: burst)
        counts.set(key, count, at: now)
        return nil
    }
}
