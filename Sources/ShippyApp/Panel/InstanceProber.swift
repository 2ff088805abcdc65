import NIOCore
import NIOPosix
import ShippyCore
import ShippyTLS
import ShippyTUI

/// Checks that an instance's address answers, over TLS if it says so. A connection alone proves nothing: a stopped process still
/// accepts them. A probe contains no secret, so it may go without TLS to any instance that does not speak it.
struct InstanceProber: Sendable {
    private static let connectLimit = TimeAmount.seconds(1)
    private static let answerLimit = TimeAmount.seconds(1)

    let tls: ClientTLS

    func probe(_ instance: Instance) async -> ProbeResult {
        guard let address = try? HostPort(instance.address) else { return .failed("cannot parse address \(instance.address.quoted())") }
        let started = ContinuousClock.now
        let answer = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: Void.self)
        let opening = Opening(protocol: instance.protocol)
        let inner = InnerProtocol(instance)
        do {
            let channel = try await ClientBootstrap(group: answer.futureResult.eventLoop)
                .connectTimeout(Self.connectLimit)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(FirstAnswer(opening: opening.bytes, answer: answer))
                    }.flatMap { [tls] in
                        guard instance.claimsTLS else { return channel.eventLoop.makeSucceededVoidFuture() }
                        return tls.secure(channel, for: inner, host: address.host) { reason in
                            if let reason { answer.fail(ShippyError(.unavailable, reason)) }
                        }
                    }
                }
                .connect(host: address.host, port: address.port).get()
            let timeout = channel.eventLoop.scheduleTask(in: Self.answerLimit) {
                answer.fail(ShippyError(.unavailable, "connected, but no answer within a second"))
            }
            defer {
                timeout.cancel()
                channel.close(promise: nil)
            }
            try await answer.futureResult.get()
            return .answered(after: started.duration(to: .now))
        } catch {
            // Has no effect unless connecting failed: otherwise the promise is already fulfilled.
            answer.fail(error)
            return .failed(Self.describe(error))
        }
    }

    private static func describe(_ error: any Error) -> String {
        switch error {
        case let error as ShippyError: error.message
        case let error as NIOConnectionError: error.connectionErrors.first.map { describe($0.error) } ?? "cannot connect"
        case is ChannelError: "no connection within a second"
        case let error as IOError: String(cString: strerror(error.errnoCode))
        default: String(describing: error).visiblyEscaped(limit: 80)
        }
    }
}

extension InnerProtocol {
    fileprivate init(_ instance: Instance) {
        self = instance.protocol == "grpc" ? .grpc : .http
    }
}

/// The first bytes that a client of the protocol sends. Any answer counts.
private struct Opening {
    let bytes: [UInt8]

    init(protocol: String) {
        bytes =
            switch `protocol` {
            // The preface and empty settings (RFC 9113, 3.4), which a server answers with its own.
            case "grpc": Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]
            case "http": Array("HEAD / HTTP/1.1\r\nHost: shippy\r\nConnection: close\r\n\r\n".utf8)
            // For other protocols, connecting is enough.
            default: []
            }
    }
}

private final class FirstAnswer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let opening: [UInt8]
    private let answer: EventLoopPromise<Void>

    init(opening: [UInt8], answer: EventLoopPromise<Void>) {
        self.opening = opening
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        if opening.isEmpty {
            answer.succeed()
        } else {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: opening)), promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        answer.succeed()
    }

    func channelInactive(context: ChannelHandlerContext) {
        answer.fail(ShippyError(.unavailable, "connection closed without an answer"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(error)
        context.close(promise: nil)
    }
}
