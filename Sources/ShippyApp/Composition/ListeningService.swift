import ShippyCore

/// A service that listens, with its address.
struct ListeningService: Hashable, Sendable {
    var name: String
    var `protocol`: String
    var address: HostPort
}
