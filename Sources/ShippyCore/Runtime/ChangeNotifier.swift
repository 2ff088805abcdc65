import Dispatch
import Synchronization

/// Lets tasks sleep until something has changed, without missing a change that falls between a look and the sleep.
///
/// Take ``mark`` before looking; when there is nothing to do, wait for a change after that mark.
package final class ChangeNotifier: Sendable {
    private struct State {
        var mark: UInt64 = 0
        var nextID: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Grows with every change.
    package var mark: UInt64 { state.withLock { $0.mark } }

    /// Says that something has changed. Wakes everyone who waits.
    package func raise() {
        let waiters = state.withLock { state in
            state.mark += 1
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    /// Returns at the first change after `mark`, after `timeout`, or when the task is cancelled, whichever comes first.
    package func wait(after mark: UInt64, upTo timeout: Duration) async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = state.withLock { state in
                    guard state.mark == mark, !Task.isCancelled else { return false }
                    state.waiters[id] = continuation
                    return true
                }
                guard mustWait else { return continuation.resume() }
                let deadline = DispatchTime.now() + .milliseconds(Int(clamping: max(timeout.milliseconds, 0)))
                DispatchQueue.global().asyncAfter(deadline: deadline) { self.release(id) }
            }
        } onCancel: {
            release(id)
        }
    }

    private func release(_ id: UInt64) {
        state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
    }
}
