package import ShippyCore
import Synchronization

/// A steady clock that a test moves.
package final class ManualClock: Sendable {
    private let instant = Mutex(SteadyClock.Instant.now)

    package init() {}

    package var now: SteadyClock.Instant { instant.withLock { $0 } }

    package var steady: SteadyClock { SteadyClock(now: { self.now }, sleep: { _ in }) }

    package func advance(by duration: Duration) { instant.withLock { $0 += duration } }
}
