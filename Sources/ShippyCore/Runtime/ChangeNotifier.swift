import Dispatch
import Synchronization

/// Lets tasks sleep until something changes, without missing a change between checking and sleeping.
///
/// Read ``mark`` before checking for work. If there is none, wait for a change after that mark.
package final class ChangeNotifier: Sendable {
    private struct Waiter {
        var continuation: CheckedContinuation<Void, Never>
        var deadline: DispatchTime
    }

    private struct State {
        var mark: UInt64 = 0
        var nextID: UInt64 = 0
        var waiters: [UInt64: Waiter] = [:]
        /// One timer for all waiters, so that a wait that ends early leaves no timer behind.
        var timer: (any DispatchSourceTimer)?
        /// When the timer fires; nil if no one waits.
        var alarm: DispatchTime?
    }

    private let state = Mutex(State())

    package init() {}

    deinit { state.withLock { $0.timer?.cancel() } }

    /// Increases with every change.
    package var mark: UInt64 { state.withLock { $0.mark } }

    /// Reports a change, and wakes all waiters.
    package func raise() {
        let waiters = state.withLock { state in
            state.mark += 1
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.continuation.resume() }
    }

    /// Returns at the first change after `mark`, after `timeout`, or on cancellation, whichever comes first.
    package func wait(after mark: UInt64, upTo timeout: Duration) async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let deadline = DispatchTime.now() + .milliseconds(Int(clamping: max(timeout.milliseconds, 0)))
                let mustWait = state.withLock { state in
                    guard state.mark == mark, !Task.isCancelled else { return false }
                    state.waiters[id] = Waiter(continuation: continuation, deadline: deadline)
                    if state.timer == nil { state.timer = makeTimer() }
                    Self.setAlarm(deadline, &state)
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume()
        }
    }

    private func makeTimer() -> any DispatchSourceTimer {
        let timer = DispatchSource.makeTimerSource(queue: .global())
        timer.setEventHandler { [weak self] in self?.endLateWaits() }
        timer.activate()
        return timer
    }

    private static func setAlarm(_ deadline: DispatchTime, _ state: inout State) {
        guard state.alarm.map({ deadline < $0 }) ?? true else { return }
        state.alarm = deadline
        state.timer?.schedule(deadline: deadline, leeway: .milliseconds(1))
    }

    private func endLateWaits() {
        let late = state.withLock { state in
            let now = DispatchTime.now()
            let late = state.waiters.filter { $0.value.deadline <= now }
            for id in late.keys { state.waiters[id] = nil }
            state.alarm = nil
            if let next = state.waiters.values.map(\.deadline).min() { Self.setAlarm(next, &state) }
            return late
        }
        for waiter in late.values { waiter.continuation.resume() }
    }
}
