import Synchronization

/// How the last real write to an engine ended, which knows more than a probe: reading still works when a disk is full.
///
/// Whoever writes does so within ``observe(_:)``; whoever wants to know whether the engine can be used asks for ``failure``, and may
/// try to write to find out whether that still holds.
package final class LastWrite: Sendable {
    /// How long a failure counts in which nobody tries again. After that nothing is known any more: a process that says it is
    /// not ready may be given nothing to write, and would never find out that it could.
    private static let memory = Duration.seconds(60)

    private struct Failure {
        var reason: String
        var at: ContinuousClock.Instant
    }

    private let now: @Sendable () -> ContinuousClock.Instant
    private let last = Mutex<Failure?>(nil)
    /// Whether there is a failure: so that a success after a success costs nothing.
    private let hasFailed = Atomic<Bool>(false)

    package init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.now = now
    }

    /// Why the last write failed; nil when it succeeded, when nothing was written yet, and when that was a while ago.
    package var failure: String? {
        guard hasFailed.load(ordering: .relaxed), let last = last.withLock({ $0 }) else { return nil }
        return last.at.duration(to: now()) < Self.memory ? last.reason : nil
    }

    /// Writes, and remembers how it ended. A write that was refused for its data, or given up, says nothing about the engine.
    package func observe<Value>(
        isolation: isolated (any Actor)? = #isolation, _ write: () async throws -> Value
    ) async throws -> Value {
        do {
            let value = try await write()
            if hasFailed.load(ordering: .relaxed) { succeed() }
            return value
        } catch {
            noteFailure(error)
            throw error
        }
    }

    /// For a write that failed in part.
    package func noteFailure(_ error: any Error) {
        if Self.isOfTheEngine(error) { fail(error) }
    }

    /// A write of somebody else's showed that the engine takes writes again. A failure that came after `begin` stays.
    package func forgive(before begin: ContinuousClock.Instant) {
        last.withLock { last in
            guard let failure = last, failure.at <= begin else { return }
            last = nil
            hasFailed.store(false, ordering: .relaxed)
        }
    }

    /// The time by the clock that failures are dated with.
    package var instant: ContinuousClock.Instant { now() }

    private func succeed() {
        last.withLock { last in
            last = nil
            hasFailed.store(false, ordering: .relaxed)
        }
    }

    private func fail(_ error: any Error) {
        last.withLock { last in
            last = Failure(reason: ShippyError.reason(of: error), at: now())
            hasFailed.store(true, ordering: .relaxed)
        }
    }

    private static func isOfTheEngine(_ error: any Error) -> Bool {
        if error is CancellationError { return false }
        guard let error = error as? ShippyError else { return true }
        switch error.code {
        case .unavailable, .failed, .denied: return true
        default: return false
        }
    }
}
