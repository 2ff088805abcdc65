import ShippyCore

/// An endpoint that this process listens on, with its actual address.
struct OpenEndpoint: Hashable, Sendable {
    var endpoint: Endpoint
    var address: HostPort
}
