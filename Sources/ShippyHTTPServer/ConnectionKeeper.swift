import HTTPTypes
import NIOCore
import NIOHTTPTypes
import ShippyCore

/// Manages the life of one connection: counts it, closes it after too long a silence, cancels its request if the client is gone,
/// and closes it gracefully in a shutdown. Confined to its event loop.
///
/// A client that keeps its connection may be sending its next request at any moment. So a shutdown closes a connection only after
/// an answer with `Connection: close`, or if it is idle when ``HTTPLimits/farewellTime`` has passed.
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
    /// The number of unanswered requests.
    private var requests = 0
    /// Whether the shutdown has reached this connection.
    private var isLeaving = false
    /// Whether the answer being written is the last, and its head said so.
    private var isLastAnswer = false
    /// Whether the last answer has been written.
    private var isOver = false
    /// Counts the times that the client stopped or resumed reading.
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
        // Input after the last answer is ignored.
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

    /// Closes the connection of a client that does not read its answer in time.
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
            // Without this header, a 400 is not from the responder: it answers input that could not be parsed.
            let isUnguarded = head.status == .badRequest && !head.headerFields.contains(.xContentTypeOptions)
            // Not if the client has already sent another request.
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
            // A 400 for input that could not be parsed answers none of the counted requests.
            requests = max(0, requests - 1)
            timer.answerEnds()
            context.write(data, promise: promise)
            if isLastAnswer { close(context) }
        }
    }

    /// Closes the output now, and the connection once the client closes its side, at the latest after
    /// ``HTTPLimits/farewellTime``. Closing both sides at once could discard data that the client has not read yet.
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
