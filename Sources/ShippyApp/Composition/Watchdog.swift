import Logging
import ServiceLifecycle
import ShippyCore

/// Tells the service manager that this process works, as long as the store takes writes.
///
/// It writes six times within the manager's limit, and more often while writes fail. So a store that is away for less than three quarters
/// of the limit does not end the process.
struct Watchdog: Service {
    private struct Unanswered: Error, CustomStringConvertible {
        let description = "a write has been waiting for too long"
    }

    /// The longest wait before a failed write is tried again.
    private static let longestPause = Duration.seconds(2)
    /// How long a shutdown may wait for a write that hangs.
    private static let patience = Duration.seconds(1)

    let store: any Engine
    /// See ``ServiceManager/watchdogLimit``.
    let limit: Duration
    let logger: Logger
    /// Sends a message to the manager.
    let tell: @Sendable (ServiceManager.State) -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown { await watch() }
    }

    private func watch() async {
        let period = limit / 6
        let pause = min(period / 4, Self.longestPause)
        var outage = Outage(base: pause / 4, cap: pause)
        while !Task.isCancelled {
            let begin = ContinuousClock.now
            do {
                try await write(within: period) { error in report(error, &outage) }
                tell(.alive)
                if outage.end() {
                    logger.notice("the store takes writes again")
                    tell(.status("ready: the store takes writes again"))
                }
                try? await Task.sleep(for: period - begin.duration(to: .now))
            } catch {
                report(error, &outage)
                try? await Task.sleep(for: outage.pause)
            }
        }
    }

    /// Writes to the store. A write that hangs is waited for, and no other is begun.
    ///
    /// - Parameter onDelay: called if the write takes longer than `limit`.
    private func write(within limit: Duration, onDelay: (any Error) -> Void) async throws {
        let write = Task { [store] in try await store.tryWriting() }
        let begin = ContinuousClock.now
        var isLate = false
        while true {
            do {
                guard try await write.value(within: min(limit, Self.patience), orElse: Unanswered()) else {
                    throw ShippyError(.failed, "it has no way to try a write")
                }
                return
            } catch let error as Unanswered {
                try Task.checkCancellation()
                guard !isLate, begin.duration(to: .now) >= limit else { continue }
                isLate = true
                onDelay(error)
            }
        }
    }

    private func report(_ error: any Error, _ outage: inout Outage) {
        guard !Task.isCancelled, outage.fail() else { return }
        logger.warning(
            "the store does not take writes: the service manager restarts this process if that goes on", metadata: [LogKey.error: "\(error)"])
        tell(.status("the store does not take writes: \(error)"))
    }
}
