import ShippyCore

/// An endpoint that this process listens on, with its actual address.
struct OpenEndpoint: Hashable, CustomStringConvertible, Sendable {
    var endpoint: Endpoint
    var address: HostPort

    /// Such as `users http 127.0.0.1:8081`.
    var description: String { "\(endpoint.name) \(endpoint.protocol) \(address)" }
}
