import GRPCCore
import ShippyCore

extension ShippyError {
    /// The gRPC status code for this error.
    var rpcCode: RPCError.Code {
        // Libraries repeat calls that end with UNAVAILABLE, and mails have no idempotency key.
        if mayHaveTakenEffect { return .aborted }
        return switch code {
        case .usage, .malformed, .invalid: .invalidArgument
        case .conflict: .alreadyExists
        case .outdated: .failedPrecondition
        case .notFound: .notFound
        case .tooLarge, .overloaded, .limited: .resourceExhausted
        case .unavailable: .unavailable
        case .forbidden: .permissionDenied
        case .unauthenticated: .unauthenticated
        // `.denied` is about this process and a file or engine, not about the caller.
        case .failed, .denied, .gap: .internalError
        }
    }

    /// What accompanies the status: the code of an error that its status does not tell, and the time after which to retry.
    var rpcMetadata: Metadata {
        var metadata: Metadata = [:]
        if rpcCode == .resourceExhausted { metadata.addString(code.rawValue, forKey: ErrorMetadata.code) }
        if let retryAfter, !mayHaveTakenEffect { metadata.addString("\(retryAfter.milliseconds)", forKey: ErrorMetadata.retryAfter) }
        return metadata
    }
}
