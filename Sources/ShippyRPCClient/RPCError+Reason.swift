package import GRPCCore

extension RPCError {
    /// What went wrong, for people. What the other side says is kept; the words of gRPC's own transport are not.
    package var reason: String {
        switch code {
        case .deadlineExceeded: "no answer in time"
        case .unavailable where message.hasPrefix("Could not establish a connection"): "cannot connect"
        case .unavailable where message.hasPrefix("Failed to resolve"): "there is no such host"
        case .unavailable where message.hasPrefix("Channel ") || message.hasPrefix("channel "): "not connected"
        case .unavailable where message.contains("before completing the HTTP/2 connection preface"):
            "it closed the connection at once: if it uses TLS, set --tls-ca"
        default: message
        }
    }
}
