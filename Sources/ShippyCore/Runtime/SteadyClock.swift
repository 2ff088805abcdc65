/// A clock for leases and waits: nobody sets it, and it goes on while the process stands still.
package struct SteadyClock: Sendable {
    package typealias Instant = ContinuousClock.Instant

    private let readNow: @Sendable () -> Instant
    private let rest: @Sendable (Duration) async -> Void

    /// The machine's own: on Linux it counts the seconds since the start, those of a suspended machine included.
    package static let system = SteadyClock(now: { .now }, sleep: { try? await Task.sleep(for: $0) })

    package init(now: @escaping @Sendable () -> Instant, sleep: @escaping @Sendable (Duration) async -> Void) {
        readNow = now
        rest = sleep
    }

    package var now: Instant { readNow() }

    /// Returns after `duration`, or when the task is cancelled.
    package func sleep(for duration: Duration) async { await rest(duration) }
}
