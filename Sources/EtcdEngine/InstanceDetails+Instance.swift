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
        // Of a newer shippy.
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

    /// - Returns: nil for what shippy did not write so: the key names the instance of its value.
    static func instance(_ pair: Etcdserverpb_KeyValue) -> Instance? {
        guard let key = key(pair.key), let details = try? Self(jsonUTF8Data: pair.value, options: reading), details.service == key.service,
            details.id == key.id
        else { return nil }
        return Instance(
            service: details.service, id: details.id, address: details.address, protocol: details.protocol, version: details.version,
            // What says that an instance is foreign is not the instance's own to say.
            metadata: details.metadata.filter { $0.key != Instance.foreignMark }, ttl: lengths.contains(details.ttl) ? details.ttl : 0,
            registeredAt: Timestamp(details.registeredAt), lease: pair.lease, revision: pair.modRevision)
    }

    /// Of leases, in seconds. Whoever writes JSON may write an infinite one.
    private static let lengths = 0...Double(EtcdLease.longest)

    /// The instance of a key whose value is gone: `/shippy/instances/SERVICE/ID`.
    static func key(_ key: Data) -> Instance.Key? {
        Keyspace.shippy.parse(key).map { Instance.Key(service: $0.service, id: $0.name) }
    }

    /// A page of them. Many say the same of themselves, and share one copy of it.
    static func instances(_ pairs: [Etcdserverpb_KeyValue]) -> [Instance] {
        var known: Set<[String: String]> = []
        return pairs.compactMap { pair in
            guard var instance = instance(pair) else { return nil }
            instance.metadata = known.insert(instance.metadata).memberAfterInsert
            return instance
        }
    }
}
