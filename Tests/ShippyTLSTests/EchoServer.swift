import NIOCore
import NIOPosix
import ShippyCore
import ShippyTLS
import Synchronization
import TestSupport

/// A TLS server that answers each piece of input with the client's common name and the input.
final class EchoServer: Sendable {
    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private var peer: PeerCertificate?

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if let event = event as? TLSEstablished { peer = event.peer }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var answer = ByteBuffer(string: "\(peer?.commonName ?? "-"):")
            var bytes = unwrapInboundIn(data)
            answer.writeBuffer(&bytes)
            context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
        }
    }

    private let channel: any Channel

    private init(channel: any Channel) {
        self.channel = channel
    }

    static func start(_ tls: ServerTLS, for inner: InnerProtocol = .grpc) async throws -> EchoServer {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try tls.secure(channel, for: inner)
                    try channel.pipeline.syncOperations.addHandler(Echo())
                }
            }
        return EchoServer(channel: try await bootstrap.bind(host: "127.0.0.1", port: 0).get())
    }

    var address: HostPort { HostPort(host: "127.0.0.1", port: channel.localAddress!.port!) }

    func stop() async throws { try await channel.close() }

    /// What a client gets for `hello`.
    /// - Throws: ``Refused`` with the reason.
    func ask(_ tls: ClientTLS, as host: String = "127.0.0.1", for inner: InnerProtocol = .grpc) async throws -> String {
        try await EchoClient.connect(to: address, as: host, tls, for: inner).ask()
    }
}

/// Why the client made no connection.
struct Refused: Error {
    let reason: String
}

/// A TLS client.
final class EchoClient: Sendable {
    private final class Answers: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        let answer: Mutex<EventLoopPromise<String>?>

        init(_ answer: EventLoopPromise<String>) {
            self.answer = Mutex(answer)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let text = String(buffer: unwrapInboundIn(data))
            answer.withLock { $0 }?.succeed(text)
        }

        func channelInactive(context: ChannelHandlerContext) {
            answer.withLock { $0 }?.fail(Refused(reason: "closed"))
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {}
    }

    private let channel: any Channel
    private let answer: EventLoopFuture<String>
    private let outcome: Outcomes

    /// The outcomes that were reported.
    final class Outcomes: Sendable {
        let all = Mutex<[String?]>([])
    }

    private init(channel: any Channel, answer: EventLoopFuture<String>, outcome: Outcomes) {
        self.channel = channel
        self.answer = answer
        self.outcome = outcome
    }

    static func connect(to address: HostPort, as host: String, _ tls: ClientTLS, for inner: InnerProtocol = .grpc) async throws -> EchoClient {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answer = loop.makePromise(of: String.self)
        let outcomes = Outcomes()
        do {
            let channel = try await ClientBootstrap(group: loop)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Answers(answer)) }
                        .flatMap {
                            tls.secure(channel, for: inner, host: host) { reason in outcomes.all.withLock { $0.append(reason) } }
                        }
                }
                .connect(host: address.host, port: address.port).get()
            return EchoClient(channel: channel, answer: answer.futureResult, outcome: outcomes)
        } catch {
            answer.fail(error)
            throw Refused(reason: outcomes.all.withLock { $0.last ?? nil } ?? "\(error)")
        }
    }

    func ask() async throws -> String {
        channel.writeAndFlush(ByteBuffer(string: "hello"), promise: nil)
        do {
            let text = try await answer.get()
            try? await channel.close()
            return text
        } catch {
            throw Refused(reason: outcome.all.withLock { $0.last ?? nil } ?? "\(error)")
        }
    }
}
