import HTTPTypes
import NIOCore
import NIOHTTPTypes
import ShippyCore

/// Keeps one connection in order: counts it, closes it when it is silent for too long, has its request end when the client is gone,
/// and takes leave of its client in a shutdown. Confined to its event loop.
///
/// A client that keeps its connection may be sending its next request at any moment. So a connection is not closed before one
/// of its answers has said so, or it has been idle for a while after nothing new was taken.
final class ConnectionKeeper: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let connections: HTTPConnections
    private let limits: HTTPLimits
    private let drain: Drain
    private let timer: ConnectionTimer
    private var isAccepted = false
    /// Requests that are not answered.
    private var requests = 0
    /// The shutdown has come to this connection.
    private var isLeaving = false
    /// The answer that is being written has said that it is the last.
    private var isLastAnswer = false
    /// The last answer is written.
    private var isOver = false
    /// Counts the times that the client stopped or began to read.
    private var turns = 0

    init(_ connections: HTTPConnections, limits: HTTPLimits, drain: Drain) {
        self.connections = connections
        self.limits = limits
        self.drain = drain
        timer = ConnectionTimer(limits)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        isAccepted = connections.add(context.channel)
        guard context.channel.isActive else { return }
        if isAccepted { startTimer(context) } else { context.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer.stop()
        guard isAccepted else { return }
        connections.cancel(context.channel)
        connections.remove(context.channel)
    }

    func channelActive(context: ChannelHandlerContext) {
        if isAccepted { startTimer(context) }
        context.fireChannelActive()
        if !isAccepted { context.close(promise: nil) }
    }

    private func startTimer(_ context: ChannelHandlerContext) {
        timer.start(on: context.eventLoop, isAnswering: { [self] in requests != 0 }, onEnd: { context.close(promise: nil) })
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // What comes after the last answer is not for us.
        guard !isOver, isAccepted else { return }
        switch unwrapInboundIn(data) {
        case .head:
            requests += 1
            timer.requestBegins()
        case .body: timer.requestGoesOn()
        case .end: timer.requestEnds()
        }
        context.fireChannelRead(data)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer.stop()
        connections.cancel(context.channel)
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            if requests > 0 { after(limits.absenceTime, context) { $0.connections.cancel($1.channel) } }
            context.fireUserInboundEventTriggered(event)
        case is ChannelShouldQuiesceEvent:
            guard !isLeaving else { return }
            isLeaving = true
            after(limits.farewellTime, context) { keeper, context in
                if keeper.requests == 0 { context.close(promise: nil) }
            }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// A client that does not read its answer holds nothing for long.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        turns += 1
        if !context.channel.isWritable {
            after(limits.answerTime, context) { [turns] keeper, context in
                if keeper.turns == turns { context.close(promise: nil) }
            }
        }
        context.fireChannelWritabilityChanged()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            // An answer to what could not be read comes from below the responder.
            let isUnguarded = head.status == .badRequest && !head.headerFields.contains(.xContentTypeOptions)
            // Not where the client has sent another request already.
            let isLast = (isLeaving || drain.isDraining) && requests <= 1
            guard isUnguarded || isLast else { return context.write(data, promise: promise) }
            if isUnguarded { head.headerFields.append(.noSniffing) }
            if isLast {
                head.headerFields[.connection] = "close"
                isLastAnswer = true
            }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            // The refusal of a request that could not be read answers none of them.
            requests = max(0, requests - 1)
            timer.answerEnds()
            context.write(data, promise: promise)
            if isLastAnswer { close(context) }
        }
    }

    /// Closes our side, and the other one when the client has: to close both at once could take back what it has not read.
    private func close(_ context: ChannelHandlerContext) {
        isOver = true
        context.flush()
        context.close(mode: .output, promise: nil)
        after(limits.farewellTime, context) { $1.close(promise: nil) }
    }

    private func after(
        _ time: TimeAmount, _ context: ChannelHandlerContext, _ body: @escaping @Sendable (ConnectionKeeper, ChannelHandlerContext) -> Void
    ) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: time) {
            let (keeper, context) = bound.value
            if context.channel.isActive { body(keeper, context) }
        }
    }
}
