import Synchronization

/// What was registered at a revision, and perhaps some of what changed after it, which a watch from there tells again. Every
/// change has a revision greater than all before it.
package struct RegistrySnapshot: Sendable {
    package var revision: Int64
    /// Ordered by service and id.
    package var instances: [Instance]

    package init(revision: Int64, instances: [Instance]) {
        self.revision = revision
        self.instances = instances
    }
}

/// Why an instance is registered no more.
package enum RemovalReason: String, Hashable, Sendable {
    /// Its owner or somebody else has taken it out.
    case deregistered
    /// Its lease has run out.
    case expired
    /// It went while nobody could look.
    case unseen = "gone while the registry was unreachable"
}

/// A change of one instance.
package enum RegistryChange: Sendable {
    /// Registered, or changed.
    case put(Instance)
    case delete(Instance.Key, reason: RemovalReason)
}

/// What a watch tells.
package enum RegistryUpdate: Sendable {
    case change(RegistryChange, revision: Int64)
    /// The changes in between are no longer known: this is all there is now.
    case resync(RegistrySnapshot)

    package var revision: Int64 {
        switch self {
        case .change(_, let revision): revision
        case .resync(let snapshot): snapshot.revision
        }
    }
}

/// Which instances live. A process holds a lease for its instances while it lives, and they are gone at most 2 s after the
/// lease has run out, by a clock of the registry's own that nobody sets back.
///
/// What others have put there is reported as far as it can be read, and never ends a call or a watch.
///
/// Every method throws ``ShippyError`` `.unavailable` while the registry cannot be reached, within a bounded time.
package protocol ServiceRegistry: Engine {
    /// Registers a process's instances, of the same TTL, under one lease of so many seconds, each in place of one with the
    /// same key. All of them are registered, or none.
    /// - Returns: the lease, for ``keepAlive(_:)``.
    func register(_ instances: [Instance]) async throws -> RegistryLease

    /// Renews the lease for its whole length.
    /// - Returns: false when the lease is gone, or anything registered under it is not as it was registered any more, because
    ///   somebody took it out, replaced or overwrote it: register all of them again.
    func keepAlive(_ lease: RegistryLease) async throws -> Bool

    /// Takes an instance out, whichever process of shippy's registered it, and nothing that another one has registered, not
    /// even under the same address.
    /// - Returns: false when there is none.
    /// - Throws: `.denied` for a foreign one: its owner would not know.
    func deregister(_ key: Instance.Key) async throws -> Bool

    /// Reads living instances, of one service or all, foreign ones included, and hands them to `page` as they come: several
    /// at a time, in no order, from any thread. What is left of their leases is not told where that takes a question for
    /// each: ask ``timeLeft(of:)``.
    /// - Returns: the revision of ``RegistrySnapshot``.
    func read(service: String?, page: @escaping @Sendable ([Instance]) -> Void) async throws -> Int64

    /// Seconds left on the leases of these instances; those that have none, or are gone, are left out.
    func timeLeft(of instances: [Instance]) async throws -> [Instance.Key: Double]

    /// Changes after `revision`, in order and without end; all changes are seen, or a `.resync` says what is now.
    ///
    /// Renewals of a lease are no changes. A reader that is slow holds nobody up: of what it has not read, some thousands of
    /// changes are kept, and where more come, a `.resync` stands for all of them. It also comes where `revision` is one that
    /// the registry has not reached: it is another one, or was put back to an earlier state.
    ///
    /// The stream throws `.unavailable` within some ten seconds when the registry is away, or whoever it is that tells the
    /// changes has fallen silent; watch again from the last revision then.
    func watch(service: String?, after revision: Int64) -> AsyncThrowingStream<RegistryUpdate, any Error>
}

extension ServiceRegistry {
    /// Registers an instance under a lease of its own.
    package func register(_ instance: Instance) async throws -> RegistryLease { try await register([instance]) }

    /// All of ``read(service:page:)`` at once.
    package func snapshot(service: String?) async throws -> RegistrySnapshot {
        let all = Collected()
        let revision = try await read(service: service) { page in all.instances.withLock { $0 += page } }
        return RegistrySnapshot(
            revision: revision, instances: all.instances.withLock { $0 }.sorted { ($0.service, $0.id) < ($1.service, $1.id) })
    }
}

private final class Collected: Sendable {
    let instances = Mutex<[Instance]>([])
}

package struct RegistryLease: Hashable, Sendable {
    package var id: Int64
    /// What was registered under it.
    package var instances: [Instance]
    /// The revision at which that was done.
    package var revision: Int64

    package init(id: Int64, instances: [Instance], revision: Int64) {
        self.id = id
        self.instances = instances
        self.revision = revision
    }
}
