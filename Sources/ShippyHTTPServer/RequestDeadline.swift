import NIOCore
import NIOHTTPTypes

/// Closes a connection whose request does not arrive whole in time, so that a client that sends a byte a second holds
/// nothing for long.
///
/// One timer goes with the connection, not with each request: a busy connection pays for nothing but a clock.
final class RequestDeadline: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private let limit: TimeAmount

    /// When the request that is arriving began; nil between requests.
    private var beganAt: NIODeadline?
    private var timer: RepeatedTask?

    init(limit: TimeAmount) {
        self.limit = limit
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { start(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        start(context)
        context.fireChannelActive()
    }

    private func start(_ context: ChannelHandlerContext) {
        guard timer == nil else { return }
        // A new connection owes its first request.
        beganAt = .now()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleRepeatedTask(initialDelay: limit, delay: min(limit, .seconds(2))) { _ in
            let (handler, context) = bound.value
            if let beganAt = handler.beganAt, beganAt + handler.limit < .now() { context.close(promise: nil) }
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: beganAt = .now()
        case .body: break
        case .end: beganAt = nil
        }
        context.fireChannelRead(data)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
    }
}
