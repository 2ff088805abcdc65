/// Failures in a row. Whoever tries again tells people of the first one and of the end, and waits longer after each.
package struct Outage: Sendable {
    private let backoff: Backoff
    /// How many there were so far; 0 while all is well.
    package private(set) var failures = 0

    package init(_ backoff: Backoff) {
        self.backoff = backoff
    }

    package init(base: Duration, cap: Duration) {
        self.init(Backoff(base: base, cap: cap))
    }

    /// - Returns: whether the outage begins with this failure.
    @discardableResult
    package mutating func fail() -> Bool {
        failures += 1
        return failures == 1
    }

    /// - Returns: whether there was one.
    @discardableResult
    package mutating func end() -> Bool {
        defer { failures = 0 }
        return failures > 0
    }

    /// How long to wait before the next attempt.
    package var pause: Duration {
        var random = SystemRandomNumberGenerator()
        return pause(using: &random)
    }

    package func pause(using random: inout some RandomNumberGenerator) -> Duration {
        backoff.delay(attempt: max(1, failures), using: &random)
    }
}
