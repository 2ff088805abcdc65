/// A series of failures. The user of this type reports the first failure and the end, and waits longer after each failure.
package struct Outage: Sendable {
    private let backoff: Backoff
    /// The number of failures so far; 0 if there is no outage.
    package private(set) var failures = 0

    package init(_ backoff: Backoff) {
        self.backoff = backoff
    }

    package init(base: Duration, cap: Duration) {
        self.init(Backoff(base: base, cap: cap))
    }

    /// - Returns: whether this failure begins an outage.
    @discardableResult
    package mutating func fail() -> Bool {
        failures += 1
        return failures == 1
    }

    /// - Returns: whether there was an outage.
    @discardableResult
    package mutating func end() -> Bool {
        defer { failures = 0 }
        return failures > 0
    }

    /// The wait before the next attempt.
    package var pause: Duration {
        var random = SystemRandomNumberGenerator()
        return pause(using: &random)
    }

    package func pause(using random: inout some RandomNumberGenerator) -> Duration {
        backoff.delay(attempt: max(1, failures), using: &random)
    }
}
