import ShippyCore
import ShippyRPC

/// Makes registry updates of etcd's events.
struct EtcdWatch {
    /// What is watched, in the order of the watchers' numbers, which begin with 1.
    static let prefixes = [EtcdKeys.instances, EtcdKeys.goKit, EtcdKeys.goMicro]

    /// - Parameter ended: leases that have run out.
    func updates(_ response: Etcdserverpb_WatchResponse, ended: Set<Int64>) -> [RegistryUpdate] {
        response.events.flatMap { event -> [RegistryUpdate] in
            let changes = event.type == .put ? puts(event.kv, watcher: response.watchID) : deletes(event, watcher: response.watchID, ended: ended)
            return changes.map { RegistryUpdate(revision: event.kv.modRevision, change: $0) }
        }
    }

    private func puts(_ pair: Etcdserverpb_KeyValue, watcher: Int64) -> [RegistryChange] {
        switch watcher {
        case 1: Shippy_Registry_InstanceDetails.instance(pair).map { [.put($0)] } ?? []
        case 2: ForeignInstance.goKit(pair).map { [.put($0)] } ?? []
        default: ForeignInstance.goMicro(pair).map { .put($0) }
        }
    }

    private func deletes(_ event: Etcdserverpb_Event, watcher: Int64, ended: Set<Int64>) -> [RegistryChange] {
        let reason = ended.contains(event.prevKv.lease) ? "expired" : "deregistered"
        let key: Instance.Key? =
            switch watcher {
            case 1: EtcdKeys.parse(event.kv.key, below: EtcdKeys.instances)
            // The go-kit key of an instance of ours goes with the instance.
            case 2: EtcdLease.isOurs(event.prevKv.lease) ? nil : EtcdKeys.parse(event.kv.key, below: EtcdKeys.goKit)
            default: ForeignInstance.goMicroKey(event.kv.key)
            }
        return key.map { [.delete($0, reason: reason)] } ?? []
    }
}
