/// A count that falls by one each `interval`, as one instant: when it reaches zero.
struct FadingCount: Expiring, Sendable {
    typealias Instant = ContinuousClock.Instant

    let interval: Duration
    private(set) var zero: Instant

    init(interval: Duration, at now: Instant) {
        self.interval = interval
        zero = now
    }

    var expiry: Instant { zero }

    /// Rounded up.
    func value(at now: Instant) -> Int { max(0, Int(((zero - now) / interval).rounded(.up))) }

    /// When the count will have room for one more below or at `limit`.
    func room(within limit: Int) -> Instant { zero - interval * (limit - 1) }

    /// Adds one. The count never exceeds `limit`.
    mutating func add(at now: Instant, limit: Int) { zero = min(max(zero, now) + interval, now + interval * limit) }

    /// Takes one back.
    mutating func takeBack() { zero -= interval }
}
