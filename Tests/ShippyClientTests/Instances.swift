import EmbeddedEngines
import GRPCCore
import ShippyCore
import ShippyDiscovery
import ShippyRPC
import ShippyRPCServer
import ShippyTLS
import Synchronization
import TestSupport

/// Instances of a service on free ports, as clients find them in a registry.
enum Instances {
    /// Serves each of `services` as an instance of `name` while `body` runs.
    ///
    /// - Parameters:
    ///   - tls: of each service; nil or missing for none.
    ///   - claims: whether instances with TLS say so.
    static func serving(
        _ name: String, _ services: [any RegistrableRPCService], tls: [ServerTLS?] = [], claims: Bool = true,
        _ body: (Balancer) async throws -> Void
    ) async throws {
        let directory = try TemporaryDirectory()
        let registry = try EmbeddedRegistry(path: directory("registry.db"))
        var servers: [(server: GRPCServer<UnaryServerTransport>, serving: Task<Void, any Error>)] = []
        for (number, service) in services.enumerated() {
            let bound = Mutex<HostPort?>(nil)
            let tls = number < tls.count ? tls[number] : nil
            let transport = UnaryServerTransport(
                address: HostPort(host: "127.0.0.1", port: 0), limits: ConnectionLimits(requestBytes: MessageLimit.bytes), tls: tls,
                onListening: { address in bound.withLock { $0 = address } })
            let server = GRPCServer(transport: transport, services: [service])
            servers.append((server, Task { try await server.serve() }))
            let address = try await eventually("it listens") { bound.withLock { $0 } }
            var instance = Instance(
                service: name, id: "\(name)-\(number)", address: address.description, protocol: "grpc", version: "1", ttl: 600)
            if claims { instance.metadata[Instance.tlsMark] = tls?.mark }
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

    /// Registers an instance of `name` that does not answer, while `body` runs.
    static func registered(
        _ name: String, at address: String, in directory: TemporaryDirectory, _ body: (Balancer) async throws -> Void
    ) async throws {
        let registry = try EmbeddedRegistry(path: directory("registry.db"))
        _ = try await registry.register(
            Instance(service: name, id: "\(name)-1", address: address, protocol: "grpc", version: "1", ttl: 600))
        let discovery = Discovery(registry: registry, service: name, protocol: "grpc")
        _ = try await discovery.load()
        try await body(Balancer(discovery: discovery, service: name))
        await registry.close()
    }
}
