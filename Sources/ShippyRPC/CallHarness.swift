package import GRPCCore
package import Logging
import ShippyCore

/// What the methods of one gRPC service share: request ids, errors that a client may see, metrics, and the log of faults.
package struct CallHarness: Sendable {
    /// The key of the metadata in which a client names its request, as it does over HTTP.
    package static let requestIDKey = HeaderName.requestID.lowercased()

    private let metrics: RequestMetrics
    private let logger: Logger

    package init(service: String, logger: Logger) {
        metrics = RequestMetrics(.grpcCalls) { method, status in
            let parts = method.split(separator: "/").map(String.init)
            // As other servers name them: `InvalidArgument`.
            let code = status == 0 ? "OK" : Status.Code(rawValue: status).map { $0.description.prefix(1).uppercased() + $0.description.dropFirst() }
            return [("service", service), ("grpc_service", parts[0]), ("grpc_method", parts[1]), ("grpc_code", code ?? "Unknown")]
        }
        self.logger = logger
    }

    /// Runs one call.
    /// - Parameters:
    ///   - method: the method's full name, for metrics.
    ///   - body: gets the client's id for the request, or a new one.
    package func answer<Message: Sendable, Reply: Sendable>(
        _ method: String, _ request: ServerRequest<Message>, _ body: (_ message: Message, _ requestID: String) async throws -> Reply
    ) async throws -> ServerResponse<Reply> {
        let start = ContinuousClock.now
        let requestID = RequestID.accept(request.metadata[stringValues: Self.requestIDKey].first { _ in true })
        do {
            let reply = try await body(request.message, requestID)
            metrics.record(method: method, status: 0, since: start)
            return ServerResponse(message: reply)
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
