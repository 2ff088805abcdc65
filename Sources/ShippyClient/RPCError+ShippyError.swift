import GRPCCore
import ShippyCore
import ShippyRPCClient

extension ShippyError {
    /// The error of a call to `service`.
    init(_ error: RPCError, service: String, address: String) {
        let code: Code =
            switch error.code {
            case .invalidArgument: .invalid
            case .alreadyExists: .conflict
            case .notFound: .notFound
            case .resourceExhausted: .overloaded
            case .unavailable, .deadlineExceeded, .cancelled, .aborted: .unavailable
            case .permissionDenied: .forbidden
            case .unauthenticated: .unauthenticated
            default: .failed
            }
        let prefix = code == .unavailable || code == .failed ? "\(service) at \(address): " : ""
        self.init(code, prefix + error.reason.visiblyEscaped(limit: 500))
    }
}

extension RPCError {
    /// A description of the answer if the call certainly did nothing, because another program answered, or an instance without
    /// this method. Nil if the service itself answered.
    var strangerText: String? {
        // Other statuses, such as a proxy's 502, may come after the service has begun the call.
        if let status = message.firstMatch(of: #/Unexpected non-200 HTTP Status Code \(((?:404|405|415|501)\b[^)]*)\)/#) { return "HTTP \(status.1)" }
        if message == "Missing content-type header" { return "something other than gRPC" }
        return code == .unimplemented ? "no such method" : nil
    }
}
