import EmbeddedEngines
import GRPCCore
import ShippyClient
import ShippyCore
import ShippyDiscovery
import ShippyRPC
import ShippyRPCServer
import SwiftProtobuf
import Synchronization
import TestSupport
import Testing

@Suite struct UsersClientTests {
    /// Answers every creation, and keeps the names of the requests.
    private final class Service: Shippy_V1_Users.ServiceProtocol {
        let requestIDs = Mutex<[String]>([])

        func create(
            request: ServerRequest<Shippy_V1_CreateRequest>, context: ServerContext
        ) async throws -> ServerResponse<Shippy_V1_CreateReply> {
            requestIDs.withLock { $0 += request.metadata[stringValues: CallHarness.requestIDKey] }
            let users = request.message.users.map { Samples.user($0.email) }
            return ServerResponse(
                message: .with { $0.outcomes = users.map { Shippy_V1_Outcome(.success(CreatedUser(user: $0, isNew: true))) } })
        }

        func get(request: ServerRequest<Shippy_V1_GetRequest>, context: ServerContext) async throws -> ServerResponse<Shippy_V1_UserRecord> {
            throw RPCError(code: .unimplemented, message: "")
        }

        func list(request: ServerRequest<Shippy_V1_ListRequest>, context: ServerContext) async throws -> ServerResponse<Shippy_V1_ListReply> {
            throw RPCError(code: .unimplemented, message: "")
        }

        func delete(
            request: ServerRequest<Shippy_V1_DeleteRequest>, context: ServerContext
        ) async throws -> ServerResponse<Shippy_V1_UserRecord> {
            throw RPCError(code: .unimplemented, message: "")
        }
    }

    @Test func aCreationKeepsItsRequestIDOnTheWay() async throws {
        let service = Service()
        let bound = Mutex<HostPort?>(nil)
        let server = GRPCServer(
            transport: UnaryServerTransport(
                address: HostPort(host: "127.0.0.1", port: 0), limits: ConnectionLimits(requestBytes: 64 * 1024),
                onListening: { address in bound.withLock { $0 = address } }), services: [service])
        let serving = Task { try await server.serve() }
        let address = try await eventually("it listens") { bound.withLock { $0 } }

        let directory = try TemporaryDirectory()
        let registry = try EmbeddedRegistry(path: directory("registry.db"))
        _ = try await registry.register(Samples.instance("users", address.description))
        let discovery = Discovery(registry: registry, service: "users", protocol: "grpc")
        _ = try await discovery.load()
        let connections = Connections()
        let client = UsersClient(balancer: Balancer(discovery: discovery, service: "users"), connections: connections)

        let outcomes = try await client.create([CreateUser(email: "ada@example.com")], requestID: "r1")
        #expect(try outcomes.map { try $0.get().user.email } == ["ada@example.com"])
        #expect(service.requestIDs.withLock { $0 } == ["r1"])

        await connections.close()
        await registry.close()
        server.beginGracefulShutdown()
        try await serving.value
    }
}
