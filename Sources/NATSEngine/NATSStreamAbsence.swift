import ShippyCore
import Synchronization

/// Tracks how long a deleted stream has been missing.
///
/// A deleted stream is not created again at once: nats-server 2.9 may still be deleting its files, and then deletes those of the
/// new stream with the same name, too. The new stream keeps running, but never delivers the lost events.
final class NATSStreamAbsence: Sendable {
    /// How long the stream must have been missing.
    private static let wait = Duration.seconds(2)

    private struct State {
        var wasThere = false
        var missingSince: SteadyClock.Instant?
    }

    private let state = Mutex(State())

    func found() {
        state.withLock { $0 = State(wasThere: true) }
    }

    /// - Returns: whether the stream may be created now.
    func missed() -> Bool {
        state.withLock { state in
            guard state.wasThere else { return true }
            let since = state.missingSince ?? .now
            state.missingSince = since
            return since.duration(to: .now) >= Self.wait
        }
    }
}
