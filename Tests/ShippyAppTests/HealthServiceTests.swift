import GRPCCore
import ShippyAccess
import ShippyOps
import ShippyRPC
import ShippyRPCServer
import SwiftProtobuf
import Testing

@testable import ShippyApp

/// The health service of gRPC, on both ports.
@Suite struct HealthServiceTests {
    @Test(arguments: [0, 1])
    func aPortTellsWhetherItsServicesAreReady(port: Int) async throws {
        let test = try await ServicesUnderTest(mode: .token)
        let services = test.ports[port]
        let own = port == 0 ? ["shippy.v1.Users", "shippy.v1.Access", "pb.UserService"] : ["pb.Notificator"]
        let others = port == 0 ? ["pb.Notificator", "users"] : ["pb.UserService", "shippy.v1.Users", "notificator"]
        let transport = DirectTransport(services: services.names) { calls in
            for isServing in [false, true, false] {
                test.health.setServing(isServing)
                // Nothing is shown: the caller is anonymous.
                for service in [""] + own {
                    let reply = await Self.check(service, calls)
                    #expect(reply.status.code == .ok, "\(service): \(reply.status)")
                    let answer = try Grpc_Health_V1_HealthCheckResponse(serializedBytes: reply.message ?? [])
                    #expect(answer.status == (isServing ? .serving : .notServing), "\(service)")
                }
                for service in others { #expect(await Self.check(service, calls).status.code == .notFound, "\(service)") }
            }
        }
        try await GRPCServer(transport: transport, services: services).serve()
        await test.close()
    }

    private static func check(_ service: String, _ calls: DirectTransport.Calls) async -> (status: Status, message: [UInt8]?) {
        let request = Grpc_Health_V1_HealthCheckRequest.with { $0.service = service }
        return await calls.reply("/grpc.health.v1.Health/Check", [:], (try? request.serializedBytes()) ?? [])
    }
}
