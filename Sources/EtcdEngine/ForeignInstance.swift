import Foundation
import ShippyCore

/// Instances that programs of other frameworks registered: at most one for each key of etcd's, whatever stands there.
enum ForeignInstance {
    private static let (goKitMark, goMicroMark) = ("go-kit", "go-micro")

    /// What go-kit's registrar writes: the address, in plain text.
    static func goKit(_ pair: Etcdserverpb_KeyValue) -> Instance? {
        guard !EtcdLease.isOurs(pair.lease), let key = goKitKey(pair.key) else { return nil }
        return Instance(
            service: key.service, id: key.id, address: String(decoding: pair.value, as: UTF8.self), protocol: "grpc", version: "",
            metadata: [Instance.foreignMark: goKitMark], ttl: 0, registeredAt: nil, lease: pair.lease, revision: pair.modRevision)
    }

    /// The instance of a key whose value is gone: `/services/SERVICE/ADDRESS`.
    static func goKitKey(_ key: Data) -> Instance.Key? {
        Keyspace.goKit.parse(key).map { Instance.Key(service: $0.service, id: $0.name, foreignOwner: goKitMark) }
    }

    private struct MicroService: Decodable {
        struct Node: Decodable {
            var id: String
            var address: String
            var metadata: [String: String]?
        }

        var name: String
        var version: String?
        var metadata: [String: String]?
        var nodes: [Node]?
    }

    /// What go-micro's registry writes: one key for each node, which has the names of the value with `-` for `/`.
    ///
    /// Where key and value disagree, the key counts, because it is the key that goes when the instance goes.
    static func goMicro(_ pair: Etcdserverpb_KeyValue) -> Instance? {
        guard let key = goMicroKey(pair.key), let service = try? JSONDecoder().decode(MicroService.self, from: pair.value),
            let nodes = service.nodes, let node = nodes.first(where: { isNamed($0.id, key.id) }) ?? nodes.first
        else { return nil }
        var metadata = (service.metadata ?? [:]).merging(node.metadata ?? [:]) { $1 }
        let transport = metadata.removeValue(forKey: "protocol") ?? "grpc"
        metadata[Instance.foreignMark] = goMicroMark
        return Instance(
            service: isNamed(service.name, key.service) ? service.name : key.service, id: isNamed(node.id, key.id) ? node.id : key.id,
            address: node.address, protocol: transport, version: service.version ?? "", metadata: metadata, ttl: 0, registeredAt: nil,
            lease: pair.lease, revision: pair.modRevision)
    }

    private static func isNamed(_ name: String, _ part: String) -> Bool { name == part || name.replacing("/", with: "-") == part }

    /// The instance of a key whose value is gone: `/micro/registry/SERVICE/NODE`.
    static func goMicroKey(_ key: Data) -> Instance.Key? {
        Keyspace.goMicro.parse(key).map { Instance.Key(service: $0.service, id: $0.name, foreignOwner: goMicroMark) }
    }
}
