/// A bus that seems to have lost events is believed after several looks over several seconds, and not before: a replica that lags,
/// and has become the leader, says the same.
package struct LossDoubt: Hashable, Sendable {
    private static let leastLooks = 3
    private static let leastTime = Duration.seconds(5)

    private var looks = 0
    private var begin: SteadyClock.Instant?

    package init() {}

    /// The time to wait before the next look, for whoever does nothing else meanwhile.
    package static var pause: Duration { .milliseconds(Int64.random(in: 400...600)) }

    /// Whether a loss was seen.
    package var isOpen: Bool { begin != nil }

    /// Notes that a look has shown the loss.
    /// - Returns: whether it is believed now.
    package mutating func isBelieved(at now: SteadyClock.Instant) -> Bool {
        looks += 1
        let first = begin ?? now
        begin = first
        return looks >= Self.leastLooks && first.duration(to: now) >= Self.leastTime
    }
}
