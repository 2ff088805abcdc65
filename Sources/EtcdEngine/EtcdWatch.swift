import Foundation
import ShippyCore

/// Turns etcd's events into registry updates.
struct EtcdWatch {
    /// - Parameter ended: the leases that have expired.
    func updates(_ response: Etcdserverpb_WatchResponse, ended: Set<Int64>) -> [RegistryUpdate] {
        guard let keyspace = Keyspace(rawValue: response.watchID) else { return [] }
        return response.events.flatMap { event in
            (event.type == .put ? puts(event, keyspace) : deletes(event, keyspace, ended: ended))
                .map { .change($0, revision: event.kv.modRevision) }
        }
    }

    private func puts(_ event: Etcdserverpb_Event, _ keyspace: Keyspace) -> [RegistryChange] {
        let new = keyspace.instance(event.kv)
        // The key may have held another instance before, and may hold none now.
        let old = event.hasPrevKv ? keyspace.instance(event.prevKv)?.key : nil
        let replaced = old.flatMap { $0 == new?.key ? nil : RegistryChange.delete($0, reason: .deregistered) }
        return [replaced, new.map(RegistryChange.put)].compactMap { $0 }
    }

    private func deletes(_ event: Etcdserverpb_Event, _ keyspace: Keyspace, ended: Set<Int64>) -> [RegistryChange] {
        // etcd may have forgotten the old value.
        let old = event.hasPrevKv ? keyspace.instance(event.prevKv)?.key : keyspace.instanceKey(event.kv.key)
        let reason: RemovalReason = ended.contains(event.prevKv.lease) ? .expired : .deregistered
        return old.map { [.delete($0, reason: reason)] } ?? []
    }
}
