import GRPCCore
import ServiceLifecycle
import ShippyCore
import ShippyRPC
import ShippyRPCServer

/// A gRPC server as a service of the group.
struct GRPCListener: Service {
    let endpoint: Endpoint
    let address: HostPort
    let services: [any GuardedService]
    let shared: ListenerOptions
    let opened: OpenEndpoints

    func run() async throws {
        for service in services {
            let undeclared = service.methods.subtracting(type(of: service).operations.methods)
            precondition(undeclared.isEmpty, "no operation is declared for \(undeclared)")
        }
        let server = GRPCServer(
            transport: UnaryServerTransport(
                address: address.host == "localhost" ? HostPort(host: "127.0.0.1", port: address.port) : address, services: services.names,
                limits: ConnectionLimits(requestBytes: MessageLimit.bytes, connections: shared.connections),
                tls: shared.tls,
                onListening: { [endpoint, address, opened] bound in
                    opened.add(endpoint, at: HostPort(host: address.host, port: bound.port))
                }),
            services: services)
        try await withGracefulShutdownHandler {
            do {
                try await server.serve()
            } catch {
                throw ShippyError.cannotListen(on: address, of: endpoint, error)
            }
        } onGracefulShutdown: {
            server.beginGracefulShutdown()
        }
    }
}

extension [any GuardedService] {
    /// Other names of the services: see ``MethodTable``.
    var names: [String: String] {
        map { type(of: $0).names }.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
    }
}
