import Foundation
import ShippyCore
import ShippyRPC

/// Makes registry updates of etcd's events.
struct EtcdWatch {
    /// What is watched, in the order of the watchers' numbers, which begin with 1.
    static let prefixes = [EtcdKeys.instances, EtcdKeys.goKit, EtcdKeys.goMicro]

    /// - Parameter ended: leases that have run out.
    func updates(_ response: Etcdserverpb_WatchResponse, ended: Set<Int64>) -> [RegistryUpdate] {
        response.events.flatMap { event -> [RegistryUpdate] in
            let changes = event.type == .put ? puts(event, watcher: response.watchID) : deletes(event, watcher: response.watchID, ended: ended)
            return changes.map { .change($0, revision: event.kv.modRevision) }
        }
    }

    private func puts(_ event: Etcdserverpb_Event, watcher: Int64) -> [RegistryChange] {
        let new = instance(event.kv, watcher: watcher)
        // What stood there before may have been another instance, and what stands there now none at all.
        let old = event.hasPrevKv ? instance(event.prevKv, watcher: watcher)?.key : nil
        let replaced = old.flatMap { $0 == new?.key ? nil : RegistryChange.delete($0, reason: .deregistered) }
        return [replaced, new.map(RegistryChange.put)].compactMap { $0 }
    }

    private func deletes(_ event: Etcdserverpb_Event, watcher: Int64, ended: Set<Int64>) -> [RegistryChange] {
        // etcd may have forgotten what stood there.
        let old = event.hasPrevKv ? instance(event.prevKv, watcher: watcher)?.key : key(event.kv.key, watcher: watcher)
        let reason: RemovalReason = ended.contains(event.prevKv.lease) ? .expired : .deregistered
        return old.map { [.delete($0, reason: reason)] } ?? []
    }

    private func instance(_ pair: Etcdserverpb_KeyValue, watcher: Int64) -> Instance? {
        switch watcher {
        case 1: Shippy_Registry_InstanceDetails.instance(pair)
        // The go-kit key of an instance of ours comes and goes with the instance.
        case 2: ForeignInstance.goKit(pair)
        default: ForeignInstance.goMicro(pair)
        }
    }

    private func key(_ key: Data, watcher: Int64) -> Instance.Key? {
        switch watcher {
        case 1: Shippy_Registry_InstanceDetails.key(key)
        case 2: ForeignInstance.goKitKey(key)
        default: ForeignInstance.goMicroKey(key)
        }
    }
}
