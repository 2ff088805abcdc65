import Foundation
import ShippyCore
import ShippyRPC

/// Instances that programs of other frameworks registered.
enum ForeignInstance {
    /// What go-kit's registrar writes: the address, in plain text.
    static func goKit(_ pair: Etcdserverpb_KeyValue) -> Instance? {
        guard !EtcdLease.isOurs(pair.lease), let key = EtcdKeys.parse(pair.key, below: EtcdKeys.goKit) else { return nil }
        return Instance(
            service: key.service, id: key.id, address: String(decoding: pair.value, as: UTF8.self), protocol: "grpc", version: "",
            metadata: [Instance.foreignMark: "go-kit"], ttl: 0, registeredAt: nil, lease: pair.lease, revision: pair.modRevision)
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

    /// What go-micro's registry writes: one key for each node.
    static func goMicro(_ pair: Etcdserverpb_KeyValue) -> [Instance] {
        guard let service = try? JSONDecoder().decode(MicroService.self, from: pair.value) else { return [] }
        return (service.nodes ?? []).map { node in
            var metadata = (service.metadata ?? [:]).merging(node.metadata ?? [:]) { $1 }
            let transport = metadata.removeValue(forKey: "protocol") ?? "grpc"
            metadata[Instance.foreignMark] = "go-micro"
            return Instance(
                service: service.name, id: node.id, address: node.address, protocol: transport, version: service.version ?? "", metadata: metadata,
                ttl: 0, registeredAt: nil, lease: pair.lease, revision: pair.modRevision)
        }
    }

    /// The key of a go-micro node, whose value is gone: `/micro/registry/SERVICE/NODE`.
    static func goMicroKey(_ key: Data) -> Instance.Key? { EtcdKeys.parse(key, below: EtcdKeys.goMicro) }
}
