import GRPCCore
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import ShippyCore
import ShippyRPC
import ShippyRPCServer
import ShippyUsers

/// An HTTP server as a service of the group.
struct HTTPListener<Responder: HTTPResponder>: Service
where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
    let name: String
    let address: HostPort
    let responder: Responder
    let listening: Listening

    func run() async throws {
        var logger = Logger(label: "http")
        logger.logLevel = .critical
        let application = Application(
            responder: responder,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [RequestDeadline()], idleTimeout: .seconds(75),
                    httpDecoderConfiguration: .init(maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024, maxHeaderFieldCount: 100))),
            configuration: ApplicationConfiguration(address: .hostname(address.host, port: address.port), backlog: 1024),
            onServerRunning: { [address, name, listening] channel in
                let port = channel.localAddress?.port ?? address.port
                listening.add(ListeningService(name: name, protocol: "http", address: HostPort(host: address.host, port: port)))
            },
            logger: logger)
        do {
            try await application.run()
        } catch let error as IOError {
            throw Listening.failure(address, errno: error.errnoCode)
        }
    }
}

/// A gRPC server as a service of the group.
struct GRPCListener: Service {
    let name: String
    let address: HostPort
    let services: [any RegistrableRPCService]
    let listening: Listening

    func run() async throws {
        let server = GRPCServer(
            transport: UnaryServerTransport(
                address: address.host == "localhost" ? HostPort(host: "127.0.0.1", port: address.port) : address,
                limits: ConnectionLimits(requestBytes: MessageLimit.bytes),
                onListening: { [name, address, listening] bound in
                    listening.add(ListeningService(name: name, protocol: "grpc", address: HostPort(host: address.host, port: bound.port)))
                }),
            services: services)
        try await withGracefulShutdownHandler {
            do {
                try await server.serve()
            } catch {
                throw Listening.failure(address, error)
            }
        } onGracefulShutdown: {
            server.beginGracefulShutdown()
        }
    }
}
