package import GRPCCore
import NIOCore
import NIOHTTP2
import NIOPosix
package import ShippyCore
package import ShippyTLS
import Synchronization

/// A gRPC server transport over HTTP/2, for methods with one request and one reply.
///
/// A call costs a single task. It starts when the request is complete and runs on the connection's event loop, and the reply is
/// written when it is complete. grpc-swift's own transport gives each call a channel, two asynchronous sequences and three tasks,
/// which only streams need. HTTP/2 itself is left to swift-nio-http2.
///
/// The protocol: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
package final class UnaryServerTransport: ServerTransport {
    package typealias Bytes = [UInt8]

    private let address: HostPort
    private let limits: ConnectionLimits
    private let tls: ServerTLS?
    private let onListening: @Sendable (HostPort) -> Void
    private let group: MultiThreadedEventLoopGroup
    private let connections: OpenConnections
    private let executors = EventLoopExecutors()
    private let methods: Mutex<MethodTable>

    /// - Parameters:
    ///   - services: see ``MethodTable/init(services:)``.
    ///   - limits: the limits of the server and of each connection.
    ///   - tls: encrypts every connection; nil for none.
    ///   - onListening: called with the address once it is bound. For port 0, it has the port that the system chose.
    package init(
        address: HostPort, services: [String: String] = [:], limits: ConnectionLimits, tls: ServerTLS? = nil,
        onListening: @escaping @Sendable (HostPort) -> Void
    ) {
        self.address = address
        methods = Mutex(MethodTable(services: services))
        self.limits = limits
        self.tls = tls
        self.onListening = onListening
        group = .singleton
        connections = OpenConnections(limit: limits.connections, loop: group.any())
    }

    package func configure(context: GRPCServerContext) {
        methods.withLock { methods in
            for method in context.methods {
                precondition(method.type ?? .unary == .unary, "\(method) has streams: they need another transport")
                methods.add(method)
            }
        }
    }

    /// Serves until graceful shutdown completes, or the task is cancelled.
    /// - Throws: `IOError` if the address cannot be bound.
    package func listen(
        streamHandler: @escaping @Sendable (_ stream: RPCStream<Inbound, Outbound>, _ context: ServerContext) async -> Void
    ) async throws {
        let methods = methods.withLock { $0 }
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // Detects clients whose machines are gone.
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelInitializer { [executors, connections, limits, tls] channel in
                channel.eventLoop.makeCompletedFuture {
                    guard connections.add(channel) else { return try channel.pipeline.syncOperations.addHandler(SurplusConnection()) }
                    try tls?.secure(channel, for: .grpc)
                    let handler = ServerConnection(
                        channel, methods: methods, limits: limits, executor: executors.executor(for: channel.eventLoop),
                        handler: streamHandler, onEnd: { connections.remove(channel) })
                    try channel.pipeline.syncOperations.addHandlers([
                        ArrivalDeadline(limit: limits.requestTime),
                        NIOHTTP2Handler(mode: .server, connectionConfiguration: limits.http2, streamConfiguration: limits.streams), handler,
                    ])
                }
            }
        let server = try await bootstrap.bind(host: address.host, port: address.port).get()
        onListening(HostPort(host: address.host, port: server.localAddress?.port ?? address.port))
        connections.accept(from: server)
        await withTaskCancellationHandler {
            await connections.ended()
        } onCancel: {
            connections.close()
        }
    }

    /// Accepts no new connections or calls. Running calls are answered, or cancelled if they take too long.
    package func beginGracefulShutdown() {
        connections.quiesce(drainTime: limits.drainTime)
    }
}
