import NIOCore

/// Closes a connection that is one too many.
final class SurplusConnection: ChannelInboundHandler {
    typealias InboundIn = Never

    func channelActive(context: ChannelHandlerContext) {
        context.close(promise: nil)
    }
}
