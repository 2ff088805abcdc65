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
        case .notFound: .notFound
        case .tooLarge, .overloaded, .limited: .resourceExhausted
        case .unavailable: .unavailable
        case .forbidden: .permissionDenied
        case .unauthenticated: .unauthenticated
        // `.denied` is about this process and a file or engine, not about the caller.
        case .failed, .denied, .gap: .internalError
        }
    }

    /// The time after which to retry, in the form that gRPC clients understand.
    var retryMetadata: Metadata {
        guard let retryAfter, !mayHaveTakenEffect else { return [:] }
        return ["grpc-retry-pushback-ms": "\(retryAfter.milliseconds)"]
    }
}
