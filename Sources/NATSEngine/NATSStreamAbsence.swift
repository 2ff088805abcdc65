import ShippyCore
import Synchronization

/// Since when a stream is missing that was there before.
///
/// A stream that was deleted is not made again at once: nats-server 2.9 is still deleting its files by then, and those of its
/// successor under the same name may go with them. It keeps running, and never hands out what it has lost.
final class NATSStreamAbsence: Sendable {
    /// How long it must have been missing.
    private static let wait = Duration.seconds(2)

    private struct State {
        var wasThere = false
        var missingSince: SteadyClock.Instant?
    }

    private let state = Mutex(State())

    func found() {
        state.withLock { $0 = State(wasThere: true) }
    }

    /// - Returns: whether the stream may be made now.
    func missed() -> Bool {
        state.withLock { state in
            guard state.wasThere else { return true }
            let since = state.missingSince ?? .now
            state.missingSince = since
            return since.duration(to: .now) >= Self.wait
        }
    }
}
