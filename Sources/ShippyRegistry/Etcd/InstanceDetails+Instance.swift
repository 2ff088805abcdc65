import Foundation
import ShippyCore
import ShippyRPC
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

    /// - Returns: nil for what is none of shippy's.
    static func instance(_ pair: Etcdserverpb_KeyValue) -> Instance? {
        guard let details = try? Self(jsonUTF8Data: pair.value, options: reading), !details.service.isEmpty, !details.id.isEmpty else { return nil }
        return Instance(
            service: details.service, id: details.id, address: details.address, protocol: details.protocol, version: details.version,
            metadata: details.metadata, ttl: details.ttl, registeredAt: Timestamp(details.registeredAt), lease: pair.lease,
            revision: pair.modRevision)
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
