package import GRPCCore
package import ShippyCore

extension ShippyError {
    /// The gRPC status code for this error.
    package var rpcCode: RPCError.Code {
        switch code {
        case .usage, .malformed, .invalid: .invalidArgument
        case .conflict: .alreadyExists
        case .notFound: .notFound
        case .tooLarge, .overloaded: .resourceExhausted
        case .unavailable: .unavailable
        case .denied: .permissionDenied
        case .failed, .gap: .internalError
        }
    }

    /// The time after which to retry, in the form that gRPC clients understand.
    var retryMetadata: Metadata {
        guard let retryAfter else { return [:] }
        return ["grpc-retry-pushback-ms": "\(retryAfter.milliseconds)"]
    }

    /// The error of a call to `service`.
    package init(_ error: RPCError, service: String, address: String) {
        let code: Code =
            switch error.code {
            case .invalidArgument: .invalid
            case .alreadyExists: .conflict
            case .notFound: .notFound
            case .resourceExhausted: .overloaded
            case .unavailable, .deadlineExceeded, .cancelled: .unavailable
            case .permissionDenied, .unauthenticated: .denied
            default: .failed
            }
        let prefix = code == .unavailable || code == .failed ? "\(service) at \(address): " : ""
        self.init(code, prefix + error.message)
    }
}

extension RPCError {
    /// A description of the answer if the call certainly did nothing, because another program answered, or an instance without
    /// this method. Nil if the service itself answered.
    package var strangerText: String? {
        // Other statuses, such as a proxy's 502, may come after the service has begun the call.
        if let status = message.firstMatch(of: #/Unexpected non-200 HTTP Status Code \(((?:404|405|415|501)\b[^)]*)\)/#) { return "HTTP \(status.1)" }
        if message == "Missing content-type header" { return "something other than gRPC" }
        return code == .unimplemented ? "no such method" : nil
    }
}
