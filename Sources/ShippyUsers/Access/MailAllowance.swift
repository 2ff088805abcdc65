import ShippyCore

/// How many mails somebody may cause: some at once, and then one each ``interval``. Of bounded size.
struct MailAllowance<Key: Hashable & Sendable>: Sendable {
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

    /// Counts a mail, unless it has to wait.
    /// - Returns: how long it has to wait; nil if it may be sent.
    mutating func charge(_ key: Key, at now: Instant) -> Duration? {
        var count = counts.value(key, at: now) ?? FadingCount(interval: interval, at: now)
        let opening = count.room(within: burst)
        guard opening <= now else { return opening - now }
        count.add(at: now, limit: burst)
        counts.set(key, count, at: now)
        return nil
    }
}
