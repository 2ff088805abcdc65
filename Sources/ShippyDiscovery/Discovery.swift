package import ShippyCore
import Synchronization

/// Tracks the callable instances of a service: shippy's own, with a lease, an address and the right protocol. Services of other
/// frameworks with the same name speak other protocols.
///
/// While the registry is away, the last known instances are kept.
package final class Discovery: Sendable {
    private struct State {
        var instances: [Instance.Key: Instance] = [:]
    }

    /// nil if the instances were given.
    private let registry: (any ServiceRegistry)?
    private let service: String
    private let `protocol`: String
    private let state = Mutex(State())

    package init(registry: any ServiceRegistry, service: String, protocol: String) {
        self.registry = registry
        self.service = service
        self.protocol = `protocol`
    }

    /// Instances that were given, and never change.
    package init(_ instances: [Instance], service: String) {
        registry = nil
        self.service = service
        `protocol` = ""
        state.withLock { $0.instances = Dictionary(instances.map { ($0.key, $0) }, uniquingKeysWith: { $1 }) }
    }

    /// The instances known now, ordered by ID.
    package var instances: [Instance] {
        state.withLock { $0.instances.values.sorted { $0.id < $1.id } }
    }

    /// Loads ``instances`` once.
    /// - Returns: the revision to watch from.
    package func load() async throws -> Int64 {
        guard let registry else { return 0 }
        let snapshot = try await registry.snapshot(service: service)
        apply(.resync(snapshot))
        return snapshot.revision
    }

    /// Follows the registry until the task is cancelled.
    package func run() async {
        guard let registry else { return }
        var outage = Outage(base: .milliseconds(200), cap: .seconds(5))
        while !Task.isCancelled {
            do {
                let revision = try await load()
                outage.end()
                for try await update in registry.watch(service: service, after: revision) { apply(update) }
            } catch {
                outage.fail()
            }
            if Task.isCancelled { return }
            try? await Task.sleep(for: outage.pause)
        }
    }

    private func apply(_ update: RegistryUpdate) {
        state.withLock { state in
            switch update {
            case .change(.put(let instance), _):
                state.instances[instance.key] = isCallable(instance) ? instance : nil
            case .change(.delete(let key, _), _):
                state.instances[key] = nil
            case .resync(let snapshot):
                // A registry may contain two entries with the same key. The later one wins.
                state.instances = Dictionary(snapshot.instances.filter(isCallable).map { ($0.key, $0) }, uniquingKeysWith: { $1 })
            }
        }
    }

    private func isCallable(_ instance: Instance) -> Bool {
        instance.service == service && instance.protocol == `protocol` && instance.foreignOwner == nil && instance.lease != 0
            && (try? HostPort(instance.address)) != nil
    }
}
