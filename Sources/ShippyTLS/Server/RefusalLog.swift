import Synchronization

/// Limits the log lines about refused connections, which anyone can cause.
final class RefusalLog: Sendable {
    private static let interval = Duration.seconds(1)

    private struct State {
        var last: ContinuousClock.Instant?
        var missed = 0
    }

    private let state = Mutex(State())

    /// - Returns: the number of refusals without a line since the last line; nil if this one gets no line either.
    func next(at now: ContinuousClock.Instant = .now) -> Int? {
        state.withLock { state in
            if let last = state.last, now - last < Self.interval {
                state.missed += 1
                return nil
            }
            defer { state.missed = 0 }
            state.last = now
            return state.missed
        }
    }
}
