import Synchronization

/// Measures events per second, over the last few tenths of a second.
package final class RateMeter: Sendable {
    private struct State {
        var windowStart = ContinuousClock.now
        var count = 0
        var lastRate = 0.0
    }

    /// Whether the rate is so high that less urgent work should wait.
    package var isBusy: Bool { rate > 1000 }

    private static let window = Duration.milliseconds(200)
    private let state = Mutex(State())

    package init() {}

    package func mark() {
        state.withLock { state in
            Self.roll(&state)
            state.count += 1
        }
    }

    package var rate: Double {
        state.withLock { state in
            Self.roll(&state)
            return state.lastRate
        }
    }

    private static func roll(_ state: inout State) {
        let elapsed = state.windowStart.duration(to: .now)
        guard elapsed >= window else { return }
        // A window that was not read for a long time says nothing about the current rate.
        state.lastRate = elapsed < window * 3 ? Double(state.count) / elapsed.seconds : 0
        state.windowStart = .now
        state.count = 0
    }
}
