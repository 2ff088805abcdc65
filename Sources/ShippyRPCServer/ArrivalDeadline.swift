import NIOCore

/// Closes a connection if its preface, or any frame after it, does not arrive completely in time.
///
/// This covers bytes that never become a frame. ``ServerConnection`` has a deadline for calls whose frames do not come.
final class ArrivalDeadline: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private static let steps = 4

    private let limit: TimeAmount
    private var boundary = FrameBoundary()
    private var timer: RepeatedTask?
    /// ``FrameBoundary/count`` when the timer last ran.
    private var lastCount = 0
    /// The number of times in a row that the timer has found the same frame incomplete.
    private var stalls = 0

    init(limit: TimeAmount) {
        self.limit = limit
    }

    func channelActive(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let step = TimeAmount.nanoseconds(limit.nanoseconds / Int64(Self.steps))
        timer = context.eventLoop.scheduleRepeatedTask(initialDelay: step, delay: step) { _ in
            let (handler, context) = bound.value
            handler.check(context)
        }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        boundary.take(unwrapInboundIn(data))
        context.fireChannelRead(data)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
    }

    private func check(_ context: ChannelHandlerContext) {
        // After the preface, the client must send its settings.
        let isOwing = boundary.isInside || boundary.count < 2
        stalls = isOwing && boundary.count == lastCount ? stalls + 1 : 0
        lastCount = boundary.count
        if stalls > Self.steps { context.close(promise: nil) }
    }
}
