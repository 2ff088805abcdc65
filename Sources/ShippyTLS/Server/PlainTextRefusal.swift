import NIOCore

/// Answers a client that speaks plain HTTP on a TLS port, instead of only closing its connection. Confined to its event loop.
final class PlainTextRefusal: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The type of a TLS record that begins a handshake (RFC 8446, 5.1).
    private static let handshakeRecord: UInt8 = 22

    /// How long the client may take to read the answer.
    private static let patience = TimeAmount.seconds(1)

    private static let answer: String = {
        let body = "this port speaks TLS: use an https:// URL\n"
        let head = [
            "HTTP/1.1 400 Bad Request", "Content-Type: text/plain", "Content-Length: \(body.utf8.count)", "X-Content-Type-Options: nosniff",
            "Connection: close", "", "",
        ]
        return head.joined(separator: "\r\n") + body
    }()

    private let handshake: ServerHandshake
    private var isPlain = false

    init(_ handshake: ServerHandshake) {
        self.handshake = handshake
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isPlain, let first = unwrapInboundIn(data).readableBytesView.first else { return }
        if first == Self.handshakeRecord {
            context.fireChannelRead(data)
            // Does not fail: the handler is in the pipeline.
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } else {
            isPlain = true
            handshake.report(HandshakeFailure(.plainText, "it does not speak TLS"), context)
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: Self.answer)), promise: nil)
            // Closing both sides at once could discard the answer.
            context.close(mode: .output, promise: nil)
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: Self.patience) { bound.value.close(promise: nil) }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if isPlain, case .inputClosed? = event as? ChannelEvent {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}
