package import GRPCCore
package import Logging
package import ShippyAccess
import ShippyCore

/// The common parts of a gRPC service's methods: who calls and whether they may, request IDs, errors for clients, metrics, and the
/// logging of faults.
package struct CallHarness: Sendable {
    private let gate: AccessGate
    private let metrics: RequestMetrics
    private let logger: Logger

    package init(service: String, gate: AccessGate, logger: Logger) {
        self.gate = gate
        metrics = RequestMetrics(.grpcCalls) { method, status in
            let parts = method.split(separator: "/").map(String.init)
            // Named as by other servers: `InvalidArgument`.
            let code = status == 0 ? "OK" : Status.Code(rawValue: status).map { $0.description.prefix(1).uppercased() + $0.description.dropFirst() }
            return [("service", service), ("grpc_service", parts[0]), ("grpc_method", parts[1]), ("grpc_code", code ?? "Unknown")]
        }
        self.logger = logger
    }

    /// Runs one call.
    /// - Parameters:
    ///   - method: the method's full name, for metrics.
    ///   - operation: what the caller must be allowed to do.
    ///   - target: finds the user whom it is about; nil if it is not about one.
    ///   - body: called with who calls.
    package func answer<Message: Sendable, Reply: Sendable>(
        _ method: String, _ operation: AccessOperation, _ request: ServerRequest<Message>, _ context: ServerContext,
        on target: ((_ message: Message) async throws -> AccessRules.Target?)? = nil,
        _ body: (_ message: Message, _ call: AdmittedCall) async throws -> Reply
    ) async throws -> ServerResponse<Reply> {
        let start = ContinuousClock.now
        let requestID = RequestID.accept(request.metadata[stringValues: HeaderName.requestIDMetadata].first { _ in true })
        do {
            let caller = try await gate.admit(
                operation, PresentedCredentials(request.metadata, context), on: target.map { target in { try await target(request.message) } })
            let reply = try await body(request.message, AdmittedCall(caller: caller, requestID: requestID))
            metrics.record(method: method, status: 0, since: start)
            return ServerResponse(message: reply)
        } catch {
            // If the client is still waiting, a shutdown cancelled the call.
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
