/// One running instance of a service, as the registry knows it.
package struct Instance: Hashable, Sendable {
    package var service: String
    package var id: String
    /// `host:port`
    package var address: String
    /// `http` or `grpc`
    package var `protocol`: String
    package var version: String
    package var metadata: [String: String]
    /// Seconds that the lease lasts without a keep-alive.
    package var ttl: Double
    /// Seconds left on the lease when the registry was read; nil where that was not asked for, or there is no lease.
    package var ttlLeft: Double?
    /// Nil for a foreign instance, which does not say.
    package var registeredAt: Timestamp?
    /// The registry's number of the lease; 0 where there is none.
    package var lease: Int64
    /// The revision of the last change; 0 where the registry does not say.
    package var revision: Int64

    package init(
        service: String, id: String, address: String, protocol: String, version: String, metadata: [String: String] = [:],
        ttl: Double, ttlLeft: Double? = nil, registeredAt: Timestamp? = .now, lease: Int64 = 0, revision: Int64 = 0
    ) {
        self.service = service
        self.id = id
        self.address = address
        self.protocol = `protocol`
        self.version = version
        self.metadata = metadata
        self.ttl = ttl
        self.ttlLeft = ttlLeft
        self.registeredAt = registeredAt
        self.lease = lease
        self.revision = revision
    }

    /// Metadata under this name says which framework registered an instance that is not shippy's own.
    package static let foreignMark = "registered_by"

    /// The framework of the program that registered it; nil for one of shippy's.
    package var foreignOwner: String? { metadata[Self.foreignMark] }

    /// The service and the id, which together name an instance among those of the same framework.
    package struct Key: Hashable, Sendable {
        package var service: String
        package var id: String
        /// As ``Instance/foreignOwner``: a foreign instance of the same name is another one.
        package var foreignOwner: String?

        package init(service: String, id: String, foreignOwner: String? = nil) {
            self.service = service
            self.id = id
            self.foreignOwner = foreignOwner
        }
    }

    package var key: Key { Key(service: service, id: id, foreignOwner: foreignOwner) }
}
