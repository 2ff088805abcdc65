package import GRPCCore
package import Logging
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

    /// When to try again, as gRPC's retries have it.
    fileprivate var retryMetadata: Metadata {
        guard let retryAfter else { return [:] }
        return ["grpc-retry-pushback-ms": "\(retryAfter.milliseconds)"]
    }

    /// The error that a call to `service` came back with.
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

/// What the methods of one gRPC service share: request ids, errors that a client may see, metrics, and the log of faults.
package struct CallHarness: Sendable {
    private let metrics: RequestMetrics
    private let logger: Logger

    package init(service: String, logger: Logger) {
        metrics = RequestMetrics(service: service, protocol: "grpc")
        self.logger = logger
    }

    /// Runs one call.
    /// - Parameter method: the method's full name, for metrics.
    package func answer<Reply: Sendable>(
        _ method: String, _ body: (_ requestID: String) async throws -> Reply
    ) async throws -> Reply {
        let start = ContinuousClock.now
        let requestID = RequestID.accept(nil)
        do {
            let reply = try await body(requestID)
            metrics.record(method: method, status: 0, since: start)
            return reply
        } catch {
            // Whoever still reads this was cut off by a shutdown.
            let error = error is CancellationError ? .cancelled : ShippyError.wrapping(error)
            if error.isInternal {
                logger.error(
                    "call failed", metadata: [LogKey.method: "\(method)", LogKey.requestID: "\(requestID)", LogKey.error: "\(error)"])
            }
            metrics.record(method: method, status: error.rpcCode.rawValue, since: start)
            let answer = error.forClients(requestID: requestID)
            throw RPCError(code: error.rpcCode, message: answer.message, metadata: answer.retryMetadata)
        }
    }
}
