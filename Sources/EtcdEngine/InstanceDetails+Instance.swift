import Foundation
import ShippyCore
import SwiftProtobuf

extension Shippy_Registry_InstanceDetails {
    private static let writing = {
        var options = JSONEncodingOptions()
        options.preserveProtoFieldNames = true
        return options
    }()

    private static let reading = {
        var options = JSONDecodingOptions()
        // A newer shippy may write more fields.
        options.ignoreUnknownFields = true
        return options
    }()

    init(_ instance: Instance) {
        self.init()
        service = instance.service
        id = instance.id
        address = instance.address
        `protocol` = instance.protocol
        version = instance.version
        metadata = instance.metadata
        ttl = instance.ttl
        registeredAt = instance.registeredAt?.description ?? ""
    }

    func json() throws -> Data { try jsonUTF8Data(options: Self.writing) }

    /// - Returns: nil for a value that shippy did not write: its service and ID must match the key.
    static func instance(_ pair: Etcdserverpb_KeyValue) -> Instance? {
        guard let key = key(pair.key), let details = try? Self(jsonUTF8Data: pair.value, options: reading), details.service == key.service,
            details.id == key.id
        else { return nil }
        return Instance(
            service: details.service, id: details.id, address: details.address, protocol: details.protocol, version: details.version,
            // An instance cannot mark itself as foreign.
            metadata: details.metadata.filter { $0.key != Instance.foreignMark }, ttl: lengths.contains(details.ttl) ? details.ttl : 0,
            registeredAt: Timestamp(details.registeredAt), lease: pair.lease, revision: pair.modRevision)
    }

    /// Valid lengths of leases, in seconds. A value written by someone else may be infinite.
    private static let lengths = 0...Double(EtcdLease.longest)

    /// The instance of a key without its value: `/shippy/instances/SERVICE/ID`.
    static func key(_ key: Data) -> Instance.Key? {
        Keyspace.shippy.parse(key).map { Instance.Key(service: $0.service, id: $0.name) }
    }

    /// The instances of a page. Many have the same metadata, and share one copy of it.
    static func instances(_ pairs: [Etcdserverpb_KeyValue]) -> [Instance] {
        var known: Set<[String: String]> = []
        return pairs.compactMap { pair in
            guard var instance = instance(pair) else { return nil }
            instance.metadata = known.insert(instance.metadata).memberAfterInsert
            return instance
        }
    }
}
