/// One running instance of a service, as the registry knows it.
package struct Instance: Codable, Hashable, Sendable {
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
    /// Seconds left on the lease when the registry was read.
    package var ttlLeft: Double
    package var registeredAt: Timestamp

    package init(
        service: String, id: String, address: String, protocol: String, version: String, metadata: [String: String] = [:],
        ttl: Double, ttlLeft: Double? = nil, registeredAt: Timestamp = .now
    ) {
        self.service = service
        self.id = id
        self.address = address
        self.protocol = `protocol`
        self.version = version
        self.metadata = metadata
        self.ttl = ttl
        self.ttlLeft = ttlLeft ?? ttl
        self.registeredAt = registeredAt
    }

    enum CodingKeys: String, CodingKey {
        case service, id, address, `protocol`, version, metadata, ttl
        case ttlLeft = "ttl_left"
        case registeredAt = "registered_at"
    }

    /// The service and the id, which together name an instance.
    package struct Key: Hashable, Sendable {
        package var service: String
        package var id: String

        package init(service: String, id: String) {
            self.service = service
            self.id = id
        }
    }

    package var key: Key { Key(service: service, id: id) }
}
