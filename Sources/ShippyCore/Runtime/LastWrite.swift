import Synchronization

/// The outcome of the last real write to an engine. A probe is not enough, because reads still work on a full disk.
///
/// Run writes in ``observe(_:)``. To learn whether the engine is usable, read ``failure``; a trial write can then show whether
/// writes still fail.
package final class LastWrite: Sendable {
    /// How long a failure counts without another write. A process that reports itself not ready may get nothing to write, and
    /// would never find out that the engine has recovered.
    private static let memory = Duration.seconds(60)

    private struct Failure {
        var reason: String
        var at: ContinuousClock.Instant
    }

    private let now: @Sendable () -> ContinuousClock.Instant
    private let last = Mutex<Failure?>(nil)
    /// Whether there is a failure, so that repeated successes cost nothing.
    private let hasFailed = Atomic<Bool>(false)

    package init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.now = now
    }

    /// The reason why the last write failed; nil if it succeeded, if there was none yet, or a minute after the failure.
    package var failure: String? {
        guard hasFailed.load(ordering: .relaxed), let last = last.withLock({ $0 }) else { return nil }
        return last.at.duration(to: now()) < Self.memory ? last.reason : nil
    }

    /// Runs a write and records its outcome. A write refused for its data, or cancelled, says nothing about the engine.
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

    /// Records a failure of part of a write, or of a trial write.
    package func noteFailure(_ error: any Error) {
        if Self.isOfTheEngine(error) { fail(error) }
    }

    /// Clears the failure after another write has shown that the engine works again. A failure after `begin` stays.
    package func forgive(before begin: ContinuousClock.Instant) {
        last.withLock { last in
            guard let failure = last, failure.at <= begin else { return }
            last = nil
            hasFailed.store(false, ordering: .relaxed)
        }
    }

    /// The current time, on the clock used for failures.
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
