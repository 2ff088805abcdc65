import ShippyCore
import Synchronization

/// A steady clock that a test moves.
final class ManualClock: Sendable {
    private let instant = Mutex(SteadyClock.Instant.now)

    var now: SteadyClock.Instant { instant.withLock { $0 } }

    var steady: SteadyClock { SteadyClock(now: { self.now }, sleep: { _ in }) }

    func advance(by duration: Duration) { instant.withLock { $0 += duration } }
}
