import EmbeddedEngines
import GRPCCore
import ShippyCore
import ShippyDiscovery
import ShippyRPC
import ShippyRPCServer
import Synchronization
import TestSupport

/// Instances of a service on free ports, as clients find them in a registry.
enum Instances {
    /// Serves each of `services` as an instance of `name` while `body` runs.
    static func serving(
        _ name: String, _ services: [any RegistrableRPCService], _ body: (Balancer) async throws -> Void
    ) async throws {
        let directory = try TemporaryDirectory()
        let registry = try EmbeddedRegistry(path: directory("registry.db"))
        var servers: [(server: GRPCServer<UnaryServerTransport>, serving: Task<Void, any Error>)] = []
        for (number, service) in services.enumerated() {
            let bound = Mutex<HostPort?>(nil)
            let transport = UnaryServerTransport(
                address: HostPort(host: "127.0.0.1", port: 0), limits: ConnectionLimits(requestBytes: MessageLimit.bytes),
                onListening: { address in bound.withLock { $0 = address } })
            let server = GRPCServer(transport: transport, services: [service])
            servers.append((server, Task { try await server.serve() }))
            let address = try await eventually("it listens") { bound.withLock { $0 } }
            let instance = Instance(
                service: name, id: "\(name)-\(number)", address: address.description, protocol: "grpc", version: "1", ttl: 600)
            _ = try await registry.register(instance)
        }
        let discovery = Discovery(registry: registry, service: name, protocol: "grpc")
        _ = try await discovery.load()
        try await body(Balancer(discovery: discovery, service: name))
        for (server, serving) in servers {
            server.beginGracefulShutdown()
            try await serving.value
        }
        await registry.close()
    }
}
