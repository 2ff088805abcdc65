package import Logging
import Metrics
package import ShippyCore
import Synchronization

/// Records calls that were denied because the caller's role was too small.
///
/// A caller gets at most ``limit`` entries in ``interval``, so that nobody can fill the store. The others are counted: the caller's next
/// entry has their number.
package final class DenialLog: Sendable {
    static let limit = 10
    static let interval = Duration.seconds(60)
    /// Calls of more callers at the same time are not recorded.
    static let callerLimit = 10_000

    private struct Recent {
        var begun: ContinuousClock.Instant
        var recorded = 0
        var unrecorded = 0
    }

    private let store: any AuditLog
    private let clock: SteadyClock
    private let recent = Mutex<[String: Recent]>([:])
    private let denied = Counter(.callsDenied)
    private let lines = RefusalLog()
    private let failures = RefusalLog()
    private let logger: Logger

    package init(store: any AuditLog, clock: SteadyClock = .system, logger: Logger) {
        self.store = store
        self.clock = clock
        self.logger = logger
        // Makes the metric appear from the start.
        denied.increment(by: 0)
    }

    /// Counts a call, and records it unless the caller has too many entries. A store that does not answer changes nothing for the caller.
    func record(_ operation: AccessOperation, on target: AccessRules.Target?, by caller: Caller, requestID: String) async {
        denied.increment()
        guard let unrecorded = admit(caller.actor) else { return }
        // Nothing that the caller has typed: there may be no such user.
        let user = target.flatMap { $0.userID.isEmpty ? nil : "user:\($0.userID)" } ?? ""
        let entry = AuditEntry(
            operation.auditAction, target: user, by: caller, requestID: requestID, outcome: .denied,
            detail: unrecorded == 0 ? "" : "unrecorded=\(unrecorded)")
        lines.log(
            "call denied", at: .notice, to: logger,
            [
                LogKey.requestID: "\(requestID)", LogKey.action: "\(entry.action)", LogKey.actor: "\(entry.actor)",
                LogKey.address: "\(entry.address)",
            ])
        do {
            try await store.record([entry])
        } catch {
            failures.log(
                "cannot record a denied call", at: .warning, to: logger, [LogKey.requestID: "\(requestID)", LogKey.error: "\(error)"])
        }
    }

    /// - Returns: the number of calls without an entry since the caller's last entry; nil if this one gets no entry either.
    private func admit(_ actor: String) -> Int? {
        let now = clock.now
        return recent.withLock { recent in
            if recent[actor] == nil, recent.count >= Self.callerLimit {
                recent = recent.filter { now - $0.value.begun < Self.interval }
                guard recent.count < Self.callerLimit else { return nil }
            }
            var known = recent[actor] ?? Recent(begun: now)
            if now - known.begun >= Self.interval { (known.begun, known.recorded) = (now, 0) }
            let isRecorded = known.recorded < Self.limit
            let unrecorded = known.unrecorded
            if isRecorded { (known.recorded, known.unrecorded) = (known.recorded + 1, 0) } else { known.unrecorded += 1 }
            recent[actor] = known
            return isRecorded ? unrecorded : nil
        }
    }
}
