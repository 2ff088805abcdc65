package import NIOCore
package import NIOHTTPTypes

/// Closes a connection whose request does not arrive whole in time, so that a client that sends a byte a second holds
/// nothing for long.
///
/// One timer goes with the connection, not with each request: a busy connection pays for nothing but a clock.
package final class RequestDeadline: ChannelInboundHandler, RemovableChannelHandler {
    package typealias InboundIn = HTTPRequestPart
    package typealias InboundOut = HTTPRequestPart

    private static let limit = TimeAmount.seconds(10)

    /// When the request that is arriving began; nil between requests.
    private var beganAt: NIODeadline?
    private var isFirst = true
    private var timer: RepeatedTask?

    package init() {}

    package func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { start(context) }
    }

    package func channelActive(context: ChannelHandlerContext) {
        start(context)
        context.fireChannelActive()
    }

    private func start(_ context: ChannelHandlerContext) {
        guard timer == nil else { return }
        // A new connection owes its first request.
        beganAt = .now()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleRepeatedTask(initialDelay: Self.limit, delay: .seconds(2)) { _ in
            let (handler, context) = bound.value
            if let beganAt = handler.beganAt, beganAt + Self.limit < .now() { context.close(promise: nil) }
        }
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: beganAt = .now()
        case .body: break
        case .end: beganAt = nil
        }
        context.fireChannelRead(data)
    }

    package func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
    }
}
