/// A clock for leases and waits. It is never set, and keeps running while the process is stopped.
package struct SteadyClock: Sendable {
    package typealias Instant = ContinuousClock.Instant

    private let readNow: @Sendable () -> Instant
    private let rest: @Sendable (Duration) async -> Void

    /// The machine's clock. On Linux it counts the time since boot, including suspension.
    package static let system = SteadyClock(now: { .now }, sleep: { try? await Task.sleep(for: $0) })

    package init(now: @escaping @Sendable () -> Instant, sleep: @escaping @Sendable (Duration) async -> Void) {
        readNow = now
        rest = sleep
    }

    package var now: Instant { readNow() }

    /// Returns after `duration`, or on cancellation.
    package func sleep(for duration: Duration) async { await rest(duration) }
}
