/// What is spoken over TLS, by its name in the negotiation (ALPN, RFC 7301).
package enum InnerProtocol: String, CaseIterable, Sendable {
    case http = "http/1.1"
    case grpc = "h2"

    /// Whether a connection that did not negotiate it is refused. gRPC's specification requires that, and HTTP/1.1 clients often
    /// negotiate nothing.
    var isRequired: Bool { self == .grpc }
}
