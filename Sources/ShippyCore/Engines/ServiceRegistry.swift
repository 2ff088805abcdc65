import Synchronization

/// The instances registered at a revision. A snapshot may already include some later changes; a watch from its revision reports
/// them again. Revisions increase with every change.
package struct RegistrySnapshot: Sendable {
    package var revision: Int64
    /// Ordered by service and ID.
    package var instances: [Instance]

    package init(revision: Int64, instances: [Instance]) {
        self.revision = revision
        self.instances = instances
    }
}

/// Why an instance is no longer registered.
package enum RemovalReason: String, Hashable, Sendable {
    /// Its owner or someone else removed it.
    case deregistered
    /// Its lease expired.
    case expired
    /// It disappeared while the registry was not being watched.
    case unseen = "gone while the registry was unreachable"
}

/// A change of one instance.
package enum RegistryChange: Sendable {
    /// Registered or changed.
    case put(Instance)
    case delete(Instance.Key, reason: RemovalReason)
}

/// An update from a watch.
package enum RegistryUpdate: Sendable {
    case change(RegistryChange, revision: Int64)
    /// The changes in between are no longer available; the snapshot replaces them.
    case resync(RegistrySnapshot)

    package var revision: Int64 {
        switch self {
        case .change(_, let revision): revision
        case .resync(let snapshot): snapshot.revision
        }
    }
}

/// The registry of live instances. A process holds a lease for its instances while it lives. Instances disappear at most 2 s
/// after their lease has expired, by a monotonic clock of the registry.
///
/// Entries of other programs are reported as far as they can be parsed. They never make a call or a watch fail.
///
/// Every method throws ``ShippyError`` `.unavailable` within a bounded time while the registry cannot be reached.
package protocol ServiceRegistry: Engine {
    /// Registers a process's instances under one lease with their TTL, which must be the same for all. Replaces instances with
    /// the same keys. Registers all of them or none.
    /// - Returns: the lease, for ``keepAlive(_:)``.
    func register(_ instances: [Instance]) async throws -> RegistryLease

    /// Renews the lease for its full length.
    /// - Returns: false if the lease has ended, or an instance under it was removed, replaced or changed. Then register all of
    ///   them again.
    func keepAlive(_ lease: RegistryLease) async throws -> Bool

    /// Removes one instance, whichever shippy process registered it. Other instances with the same address are left alone.
    /// - Returns: false if it does not exist.
    /// - Throws: `.denied` for a foreign instance: its owner would not notice the removal.
    func deregister(_ key: Instance.Key) async throws -> Bool

    /// Reads the registered instances of one service or all, including foreign ones. Passes them to `page` as they arrive,
    /// several at a time, in no particular order, on any thread. Their time left is nil if it would take a query per instance:
    /// use ``timeLeft(of:)``.
    /// - Returns: the revision, as in ``RegistrySnapshot``.
    func read(service: String?, page: @escaping @Sendable ([Instance]) -> Void) async throws -> Int64

    /// The seconds left on the leases of these instances. Instances that are gone, or have no lease, are left out.
    func timeLeft(of instances: [Instance]) async throws -> [Instance.Key: Double]

    /// Changes after `revision`, in order and without end. No change is skipped, except that a `.resync` may replace several.
    ///
    /// Lease renewals are not changes. A slow reader delays nobody: a few thousand unread changes are kept for it, and beyond
    /// that, one `.resync` replaces them. A `.resync` also comes if the registry has not reached `revision`, because it was
    /// replaced or restored to an earlier state.
    ///
    /// The stream throws `.unavailable` within about ten seconds if the registry is away or its source of changes has fallen
    /// silent. Then watch again from the last revision.
    func watch(service: String?, after revision: Int64) -> AsyncThrowingStream<RegistryUpdate, any Error>
}

extension ServiceRegistry {
    /// Registers one instance under a lease of its own.
    package func register(_ instance: Instance) async throws -> RegistryLease { try await register([instance]) }

    /// Reads all instances at once, sorted by service and ID.
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
    /// The instances registered under it.
    package var instances: [Instance]
    /// The revision of the registration.
    package var revision: Int64

    package init(id: Int64, instances: [Instance], revision: Int64) {
        self.id = id
        self.instances = instances
        self.revision = revision
    }
}
