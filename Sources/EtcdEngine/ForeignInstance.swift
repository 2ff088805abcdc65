import Foundation
import ShippyCore

/// Instances registered by programs of other frameworks: at most one per etcd key, whatever its value.
enum ForeignInstance {
    private static let (goKitMark, goMicroMark) = ("go-kit", "go-micro")

    /// The instance of a pair written by go-kit's registrar: the value is the address in plain text.
    static func goKit(_ pair: Etcdserverpb_KeyValue) -> Instance? {
        guard !EtcdLease.isOurs(pair.lease), let key = goKitKey(pair.key) else { return nil }
        return Instance(
            service: key.service, id: key.id, address: String(decoding: pair.value, as: UTF8.self), protocol: "grpc", version: "",
            metadata: [Instance.foreignMark: goKitMark], ttl: 0, registeredAt: nil, lease: pair.lease, revision: pair.modRevision)
    }

    /// The instance of a key without its value: `/services/SERVICE/ADDRESS`.
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

    /// The instance of a pair written by go-micro's registry, which has one key per node. The key has the names of the value,
    /// with `-` for `/`.
    ///
    /// If key and value disagree, the key counts, because it disappears with the instance.
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

    /// The instance of a key without its value: `/micro/registry/SERVICE/NODE`.
    static func goMicroKey(_ key: Data) -> Instance.Key? {
        Keyspace.goMicro.parse(key).map { Instance.Key(service: $0.service, id: $0.name, foreignOwner: goMicroMark) }
    }
}
