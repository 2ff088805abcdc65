package import Logging
package import ShippyCore
import Synchronization

/// What a process knows of an installation's keys and revocations. ``follow()`` keeps it current.
package final class AccessState: Sendable {
    /// A revocation holds everywhere within 5 s: this, the time of a query, and what ``RevocationList`` allows beyond.
    private static let interval = Duration.seconds(1)
    /// How long a key signs before another one takes its turn.
    private static let rotationInterval = Duration.seconds(30 * 24 * 3600)
    private static let attempts = 10
    /// Who rotates keys that are due, for the audit log.
    private static let rotator = Caller(.service, role: .admin, address: "")

    package let secret: AccessSecret
    package let revocations: RevocationList
    private let clock: SteadyClock
    private let store: any AccessStore
    private let rotation: KeyRotation
    private let ring = Mutex<KeyRing?>(nil)
    private let failure = Mutex<ShippyError?>(nil)
    private let isRotationFailing = Atomic<Bool>(false)
    private let logger: Logger

    package init(store: any AccessStore, secret: AccessSecret, clock: SteadyClock = .system, logger: Logger) {
        self.clock = clock
        revocations = RevocationList(clock: clock)
        self.store = store
        self.secret = secret
        self.logger = logger
        rotation = KeyRotation(secret: secret)
    }

    /// The keys as last read.
    /// - Throws: `.unavailable` until they have been read for the first time, also because they cannot be decrypted.
    package var keys: KeyRing {
        get throws(ShippyError) {
            guard let ring = ring.withLock({ $0 }) else {
                if failure.withLock({ $0?.code == .denied }) { throw .secretIsAnother }
                throw ShippyError(.unavailable, "the signing keys have not been read yet: try again in a second", retryAfter: .seconds(1))
            }
            return ring
        }
    }

    /// Why tokens are refused now; nil if they are not.
    package var outage: ShippyError? { failure.withLock { $0 } }

    /// The keys as last read; reads them first if they never were.
    package func currentKeys() async throws -> KeyRing {
        if let ring = ring.withLock({ $0 }) { return ring }
        do {
            try await refresh()
        } catch let error as ShippyError where error.code == .denied {
            logger.error("cannot use the signing keys", metadata: [LogKey.error: "\(error)"])
            throw ShippyError.secretIsAnother
        }
        return try keys
    }

    /// Reads keys and revocations until the task is cancelled. Makes the first keys of an installation, and rotates them.
    package func follow() async {
        var outage = Outage(base: .milliseconds(200), cap: Self.interval)
        while !Task.isCancelled {
            do {
                try await refresh()
                failure.withLock { $0 = nil }
                if outage.end() { logger.notice("keys and revocations can be read again") }
                try? await Task.sleep(for: Self.interval)
            } catch {
                if Task.isCancelled { return }
                let reason = ShippyError.wrapping(error)
                failure.withLock { $0 = reason }
                if outage.fail() {
                    logger.warning("cannot read keys and revocations: tokens are refused until they can be", metadata: [LogKey.error: "\(error)"])
                }
                try? await Task.sleep(for: outage.pause)
            }
        }
    }

    /// Reads both now, so that this process knows what it has just changed itself.
    package func refresh() async throws {
        // Before the queries: what is revoked after it may be missing in the answers.
        let begun = clock.now
        let changed = try await store.revocations(ifChangedSince: revocations.mark)
        let keys = try await readKeys()
        revocations.refresh(changed, begun: begun)
        if KeyRotation.isDue(keys, every: Self.rotationInterval, at: .now) { await rotate() }
    }

    /// Rotates keys that have signed for long enough. A store that can be read and not written does not stop this process: the keys that there
    /// are go on.
    private func rotate() async {
        do {
            let audit = AuditEntry(.rotateKeys, target: "", by: Self.rotator, requestID: UUIDv7.next())
            _ = try await changeKeys(ifValid: nil, audit: audit) { rotation, keys, now throws(ShippyError) in
                KeyRotation.isDue(keys, every: Self.rotationInterval, at: now) ? try rotation.rotated(rotation.swept(keys, at: now), at: now) : keys
            }
            isRotationFailing.store(false, ordering: .relaxed)
        } catch {
            guard !isRotationFailing.exchange(true, ordering: .relaxed) else { return }
            logger.warning("cannot rotate the signing keys: the present ones go on", metadata: [LogKey.error: "\(error)"])
        }
    }

    /// - Returns: the stored keys.
    private func readKeys() async throws -> [StoredSigningKey] {
        let stored = try await store.signingKeys()
        let now = Timestamp.now
        if stored.keys.isEmpty {
            return try await changeKeys(ifValid: nil, audit: nil) { rotation, keys, now throws(ShippyError) in
                keys.isEmpty ? try rotation.first(at: now) : keys
            }
        }
        if ring.withLock({ $0?.revision != stored.revision || $0?.isPast(now) == true }) {
            try take(stored, at: now)
        }
        return stored.keys
    }

    private func take(_ stored: StoredSigningKeys, at now: Timestamp) throws(ShippyError) {
        let ring = try KeyRing(stored, secret: secret, at: now)
        self.ring.withLock { $0 = ring }
    }

    /// Changes the stored keys, and begins again if another process was faster.
    /// - Returns: the keys as they are now.
    package func changeKeys(
        ifValid authority: Authority?, audit: AuditEntry?,
        _ change: @Sendable (KeyRotation, [StoredSigningKey], Timestamp) throws(ShippyError) -> [StoredSigningKey]
    ) async throws -> [StoredSigningKey] {
        for _ in 0..<Self.attempts {
            let stored = try await store.signingKeys()
            let now = Timestamp.now
            let changed = try change(rotation, stored.keys, now)
            if changed == stored.keys {
                try take(stored, at: now)
                return changed
            }
            guard try await store.replaceSigningKeys(changed, ifRevision: stored.revision, ifValid: authority, audit: audit) else { continue }
            let current = try await store.signingKeys()
            do {
                try take(current, at: now)
            } catch {
                // The change has been made all the same: it may be one that mends this, step by step.
                logger.warning("cannot use the signing keys", metadata: [LogKey.error: "\(error)"])
            }
            return current.keys
        }
        throw ShippyError(.unavailable, "the signing keys are being changed by others: try again in a second", retryAfter: .seconds(1))
    }
}
