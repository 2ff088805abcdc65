package import GRPCCore
package import Logging
package import ShippyAccess
import ShippyCore

/// The common parts of a gRPC service's methods: who calls and whether they may, request IDs, errors for clients, metrics, and the
/// logging of faults.
package struct CallHarness: Sendable {
    private let operations: MethodOperations
    private let gate: AccessGate
    private let metrics: RequestMetrics
    private let logger: Logger
    private let failures = RefusalLog()

    /// - Parameters:
    ///   - service: the name in metrics.
    ///   - operations: of all methods.
    package init(service: String, _ operations: MethodOperations, gate: AccessGate, logger: Logger) {
        self.operations = operations
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
    ///   - operation: which of the method's operations the request is, if there are several.
    ///   - targets: names the users whom it is about.
    ///   - body: called with who calls.
    package func answer<Message: Sendable, Reply: Sendable>(
        _ request: ServerRequest<Message>, _ context: ServerContext, as operation: AccessOperation? = nil,
        on targets: (_ message: Message) throws -> [CallTarget] = { _ in [] },
        _ body: (_ message: Message, _ call: AdmittedCall) async throws -> Reply
    ) async throws -> ServerResponse<Reply> {
        let method = context.descriptor.fullyQualifiedMethod
        let start = ContinuousClock.now
        let requestID = RequestID.accept(request.metadata[stringValues: HeaderName.requestIDMetadata].first { _ in true })
        do {
            let caller = try await gate.admit(
                try self.operation(of: method, as: operation), PresentedCredentials(request.metadata, context), requestID: requestID,
                on: { try targets(request.message) })
            let reply = try await Trace.with(Self.trace(in: request.metadata)) {
                try await body(request.message, AdmittedCall(caller: caller, requestID: requestID))
            }
            metrics.record(method: method, status: 0, since: start)
            return ServerResponse(message: reply)
        } catch {
            // If the client is still waiting, a shutdown cancelled the call.
            let error = error is CancellationError ? .cancelled : ShippyError.wrapping(error)
            // During an outage, every call fails with the same error.
            if error.isInternal {
                failures.log(
                    "call failed", of: "\(error)", at: .error, to: logger,
                    [LogKey.method: "\(method)", LogKey.requestID: "\(requestID)", LogKey.error: "\(error)"])
            }
            metrics.record(method: method, status: error.rpcCode.rawValue, since: start)
            let answer = error.forClients(requestID: requestID)
            throw RPCError(code: error.rpcCode, message: answer.message, metadata: answer.rpcMetadata)
        }
    }

    /// The header of the call's trace. Two of them are none that can be read.
    private static func trace(in metadata: Metadata) -> String? {
        var values = metadata[stringValues: HeaderName.trace].makeIterator()
        guard let first = values.next() else { return nil }
        return values.next() == nil ? first : ""
    }

    /// - Throws: ``ShippyError`` `.failed` if the method does not declare the operation.
    private func operation(of method: String, as operation: AccessOperation?) throws(ShippyError) -> AccessOperation {
        let declared = operations[method]
        if let operation, declared.contains(operation) { return operation }
        guard operation == nil, declared.count == 1, let only = declared.first else {
            throw ShippyError(.failed, "\(method) does not declare the operation \(operation?.rawValue ?? "that it is")")
        }
        return only
    }
}
