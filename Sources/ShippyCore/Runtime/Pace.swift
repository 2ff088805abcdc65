/// Limits a loop to one round per interval, so that work arriving in between is batched.
///
/// The first round after a pause is not delayed.
package struct Pace: Sendable {
    private let interval: Duration
    private var last: ContinuousClock.Instant?

    package init(interval: Duration) {
        self.interval = interval
    }

    /// Returns when `interval` has passed since the last return, or when the task is cancelled.
    package mutating func next() async {
        if let last {
            let rest = interval - last.duration(to: .now)
            if rest > .zero { try? await Task.sleep(for: rest) }
        }
        last = .now
    }
}
