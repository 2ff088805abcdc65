package import GRPCCore
package import Logging
package import ShippyAccess
import ShippyCore
package import ShippyRPC
package import ShippyRPCServer
import SwiftProtobuf

/// `grpc.health.v1.Health`: whether this process is ready, for load balancers and probes that speak gRPC. It answers what `/health/ready`
/// answers, without the reasons.
package struct HealthGRPC: Grpc_Health_V1_Health.ServiceProtocol, GuardedService {
    package static let operations: MethodOperations = [Grpc_Health_V1_Health.Method.Check.descriptor: [.checkHealth]]

    private let health: Health
    private let services: Set<String>
    private let harness: CallHarness

    /// - Parameters:
    ///   - name: of this port's service, for metrics.
    ///   - services: the full names of the port's services. They are ready together.
    package init(_ health: Health, of name: String, services: Set<String>, gate: AccessGate, logger: Logger) {
        self.health = health
        self.services = services
        harness = CallHarness(service: name, Self.operations, gate: gate, logger: logger)
    }

    package func check(
        request: ServerRequest<Grpc_Health_V1_HealthCheckRequest>, context: ServerContext
    ) async throws -> ServerResponse<Grpc_Health_V1_HealthCheckResponse> {
        try await harness.answer(request, context) { message, _ in
            guard message.service.isEmpty || services.contains(message.service) else {
                throw ShippyError(.notFound, "no service \(message.service.quoted(limit: 80)) on this port")
            }
            let isReady = await health.check().isReady
            return .with { $0.status = isReady ? .serving : .notServing }
        }
    }
}
