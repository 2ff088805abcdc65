import GRPCCore
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import ShippyCore
import ShippyHTTPServer
import ShippyRPC
import ShippyRPCServer

/// An HTTP server as a service of the group.
struct HTTPListener<Responder: HTTPResponder>: Service where Responder.Context == ConnectionContext {
    let name: String
    let address: HostPort
    let responder: Responder
    let shared: ListenerOptions
    let listening: Listening

    func run() async throws {
        let server = HTTPServer(
            address: address, responder: responder, rules: shared.rules, limits: HTTPLimits(connections: shared.connections), drain: shared.drain
        ) { [name, address, listening] port in
            listening.add(ListeningService(name: name, protocol: "http", address: HostPort(host: address.host, port: port)))
        }
        do {
            try await server.run()
        } catch let error as IOError {
            throw ShippyError.cannotListen(on: address, errno: error.errnoCode)
        }
    }
}

/// A gRPC server as a service of the group.
struct GRPCListener: Service {
    let name: String
    let address: HostPort
    let services: [any RegistrableRPCService]
    let shared: ListenerOptions
    let listening: Listening

    func run() async throws {
        let server = GRPCServer(
            transport: UnaryServerTransport(
                address: address.host == "localhost" ? HostPort(host: "127.0.0.1", port: address.port) : address,
                limits: ConnectionLimits(requestBytes: MessageLimit.bytes, connections: shared.connections),
                onListening: { [name, address, listening] bound in
                    listening.add(ListeningService(name: name, protocol: "grpc", address: HostPort(host: address.host, port: bound.port)))
                }),
            services: services)
        try await withGracefulShutdownHandler {
            do {
                try await server.serve()
            } catch {
                throw ShippyError.cannotListen(on: address, error)
            }
        } onGracefulShutdown: {
            server.beginGracefulShutdown()
        }
    }
}
