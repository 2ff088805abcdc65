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
            case .failedPrecondition: .outdated
            case .notFound: .notFound
            case .resourceExhausted: error.exhausted
            case .unavailable, .deadlineExceeded, .cancelled, .aborted: .unavailable
            case .permissionDenied: .forbidden
            case .unauthenticated: .unauthenticated
            default: .failed
            }
        let prefix = code == .unavailable || code == .failed ? "\(service) at \(address): " : ""
        self.init(code, prefix + error.reason.visiblyEscaped(limit: 500), retryAfter: error.retryAfter)
    }
}

extension RPCError {
    /// Which of the codes that share a status it is. An earlier release does not tell.
    fileprivate var exhausted: ShippyError.Code {
        let told = metadata[stringValues: ErrorMetadata.code].first { _ in true }.flatMap(ShippyError.Code.init)
        return switch told {
        case .limited, .tooLarge: told ?? .overloaded
        default: .overloaded
        }
    }

    /// At most an hour: who answers may be anybody.
    fileprivate var retryAfter: Duration? {
        metadata[stringValues: ErrorMetadata.retryAfter].first { _ in true }.flatMap(Int64.init)
            .flatMap { (0...3_600_000).contains($0) ? .milliseconds($0) : nil }
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
