import ShippyCore

/// A service that listens.
struct ListeningService: Hashable, Sendable {
    var name: String
    var `protocol`: String
    var address: HostPort
}
