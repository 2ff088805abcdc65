/// Waits that double from `base` to `cap`, with jitter, so that clients that failed together do not retry together.
package struct Backoff: Hashable, Sendable {
    package var base: Duration
    package var cap: Duration

    package init(base: Duration, cap: Duration) {
        self.base = base
        self.cap = cap
    }

    /// The longest wait after `attempt` failures, counted from 1.
    package func ceiling(attempt: Int) -> Duration {
        let doublings = min(max(attempt - 1, 0), 30)
        return min(cap, base * Int(1 << doublings))
    }

    /// A random wait between half the ceiling and the ceiling.
    package func delay(attempt: Int) -> Duration {
        var random = SystemRandomNumberGenerator()
        return delay(attempt: attempt, using: &random)
    }

    package func delay(attempt: Int, using random: inout some RandomNumberGenerator) -> Duration {
        let ceiling = ceiling(attempt: attempt).milliseconds
        return .milliseconds(Int64.random(in: max(1, ceiling / 2)...max(1, ceiling), using: &random))
    }
}
