import NIOCore

/// Closes a connection beyond the limit.
final class SurplusConnection: ChannelInboundHandler {
    typealias InboundIn = Never

    func channelActive(context: ChannelHandlerContext) {
        context.close(promise: nil)
    }
}
