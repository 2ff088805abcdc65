/// Decides whether an apparent loss of events is real. It counts as real only after several checks over several seconds, because
/// a lagging replica that has become the leader looks the same.
package struct LossDoubt: Hashable, Sendable {
    private static let leastLooks = 3
    private static let leastTime = Duration.seconds(5)

    private var looks = 0
    private var begin: SteadyClock.Instant?

    package init() {}

    /// The time to wait before the next check, for callers with nothing else to do.
    package static var pause: Duration { .milliseconds(Int64.random(in: 400...600)) }

    /// Whether a loss has been seen.
    package var isOpen: Bool { begin != nil }

    /// Records a check that showed the loss.
    /// - Returns: whether the loss now counts as real.
    package mutating func isBelieved(at now: SteadyClock.Instant) -> Bool {
        looks += 1
        let first = begin ?? now
        begin = first
        return looks >= Self.leastLooks && first.duration(to: now) >= Self.leastTime
    }
}
