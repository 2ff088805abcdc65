/// A running instance of a service, as registered.
package struct Instance: Hashable, Sendable {
    package var service: String
    package var id: String
    /// `host:port`
    package var address: String
    /// `http` or `grpc`
    package var `protocol`: String
    package var version: String
    package var metadata: [String: String]
    /// The length of the lease without a keep-alive, in seconds.
    package var ttl: Double
    /// The time left on the lease when the registry was read, in seconds; nil if it was not requested or there is no lease.
    package var ttlLeft: Double?
    /// Nil for a foreign instance, because its entry has no such time.
    package var registeredAt: Timestamp?
    /// The registry's ID of the lease; 0 if there is none.
    package var lease: Int64
    /// The revision of the last change; 0 if the registry does not report it.
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

    /// The metadata key for the name of the framework that registered a foreign instance.
    package static let foreignMark = "registered_by"

    /// The framework that registered the instance; nil for shippy's own instances.
    package var foreignOwner: String? { metadata[Self.foreignMark] }

    /// The metadata key of an instance that speaks TLS. Its value is `server`, or `mutual` if clients need a certificate.
    package static let tlsMark = "tls"

    /// Whether the instance says that it speaks TLS. Whoever can write to the registry can write this, so a client must not trust it.
    package var claimsTLS: Bool { metadata[Self.tlsMark] != nil }

    /// Identifies an instance. Service and ID are unique among the instances of one framework.
    package struct Key: Hashable, Sendable {
        package var service: String
        package var id: String
        /// See ``Instance/foreignOwner``. A foreign instance with the same service and ID is a different one.
        package var foreignOwner: String?

        package init(service: String, id: String, foreignOwner: String? = nil) {
            self.service = service
            self.id = id
            self.foreignOwner = foreignOwner
        }
    }

    package var key: Key { Key(service: service, id: id, foreignOwner: foreignOwner) }
}
