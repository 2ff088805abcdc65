import GRPCCore
import NIOCore
import NIOHTTP2
import ShippyCore
import ShippyTLS

/// A client's connection: turns frames into calls, and replies into frames. Confined to its event loop.
final class ServerConnection: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame
    typealias Handler =
        @Sendable (_ stream: RPCStream<UnaryServerTransport.Inbound, UnaryServerTransport.Outbound>, _ context: ServerContext) async -> Void

    /// The receive window of the connection, in bytes: HTTP/2's initial value.
    private static let window = 65_535
    private static let goodbyeLimit = TimeAmount.seconds(1)
    /// The number of ticks of the clock in a request's time.
    private static let ageLimit = 4
    private static let idleLimit = 4
    /// How many times as long a request may take while data arrives on its connection: it may have to wait for other requests.
    private static let busyFactor = 6
    /// The approximate size of a reply's headers, in bytes.
    private static let replyOverhead = 256

    private let methods: MethodTable
    private let limits: ConnectionLimits
    private let executor: EventLoopExecutor
    private let handler: Handler
    private let onEnd: () -> Void
    private let (remotePeer, localPeer): (String, String)
    private var peer: CallPeer?
    private var context: ChannelHandlerContext?

    /// Unanswered calls, by stream.
    private var calls: [HTTP2StreamID: Call] = [:]
    /// The number of handlers that have not returned, including handlers of calls whose clients are gone.
    private var running = 0
    private var clock: RepeatedTask?
    private var idleClock: RepeatedTask?
    /// Whether request data has arrived since the clock's last tick.
    private var isArriving = false
    private var abandons = AbandonBudget()
    private var lastStream = HTTP2StreamID.rootStream
    private var isFlushScheduled = false
    /// Whether there was a call, or a reply was sent, since the idle clock's last tick.
    private var isInUse = true
    /// The number of ticks in a row without a call.
    private var idleSteps = 0
    /// Bytes of replies that wait for room in the client's windows or in the system's send buffer.
    private var waitingBytes = 0
    /// The time since which each reply waits. Reading some replies gives the client no more time for the others.
    private var waitingSince: [HTTP2StreamID: NIODeadline] = [:]
    /// Sent after a GOAWAY. The client's answer shows that it has read the GOAWAY.
    private let goodbye = HTTP2PingData(withInteger: .random(in: .min ... .max))
    private var isLeaving = false
    private var takesCalls = true

    /// - Parameter onEnd: called once the connection is closed and the last handler has returned.
    init(
        _ channel: any Channel, methods: MethodTable, limits: ConnectionLimits, executor: EventLoopExecutor,
        handler: @escaping Handler, onEnd: @escaping () -> Void
    ) {
        self.methods = methods
        self.limits = limits
        self.executor = executor
        self.handler = handler
        self.onEnd = onEnd
        remotePeer = Self.describe(channel.remoteAddress)
        localPeer = Self.describe(channel.localAddress)
    }

    /// The address in gRPC's syntax: https://github.com/grpc/grpc/blob/master/doc/naming.md
    private static func describe(_ address: SocketAddress?) -> String {
        guard let address, let host = address.ipAddress, let port = address.port else { return "unknown" }
        return address.protocol == .inet6 ? "ipv6:[\(host)]:\(port)" : "ipv4:\(host):\(port)"
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let step = TimeAmount.nanoseconds(limits.requestTime.nanoseconds / Int64(Self.ageLimit))
        clock = context.eventLoop.scheduleRepeatedTask(initialDelay: step, delay: step) { _ in
            bound.value.ageRequests()
            bound.value.checkReplies()
        }
        let idleStep = TimeAmount.nanoseconds(limits.idleTime.nanoseconds / Int64(Self.idleLimit))
        idleClock = context.eventLoop.scheduleRepeatedTask(initialDelay: idleStep, delay: idleStep) { _ in bound.value.checkUse() }
        let loop = context.eventLoop
        limits.replyBudget.join(ObjectIdentifier(self)) { loop.execute { bound.value.expel() } }
    }

    /// Ends the connection. Also called if it was closed before it became active.
    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        clock?.cancel()
        idleClock?.cancel()
        limits.replyBudget.leave(ObjectIdentifier(self))
        for call in calls.values { call.cancel() }
        calls = [:]
        if running == 0 { onEnd() }
    }

    // MARK: Frames

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.payload {
        case .headers(let payload):
            isInUse = true
            if let call = calls[frame.streamID] {
                // A client's trailers only mark the end of the request.
                receive(frame.streamID, call, isWhole: payload.endStream)
            } else {
                open(frame.streamID, payload)
            }
        case .data(let payload):
            guard let call = calls[frame.streamID] else { return }
            isArriving = true
            isInUse = true
            if case .byteBuffer(var bytes) = payload.data { call.request.writeBuffer(&bytes) }
            receive(frame.streamID, call, isWhole: payload.endStream)
        case .ping(goodbye, ack: true) where isLeaving:
            leave()
        default:
            break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let event as StreamClosedEvent:
            if let call = calls.removeValue(forKey: event.streamID) {
                call.cancel()
                if !call.isWhole { countAbandoned() }
            }
            closeIfDone()
        case let event as NIOHTTP2WindowUpdatedEvent where event.streamID == .rootStream:
            // Reopens the connection's window in large steps. The windows of streams hold a whole request.
            if let size = event.inboundWindowSize, size <= Self.window / 2 {
                write(.rootStream, .windowUpdate(windowSizeIncrement: Self.window - size))
            }
        case is ChannelShouldQuiesceEvent:
            sayGoodbye()
        case let event as TLSEstablished:
            peer = event.peer.map(CallPeer.init)
        case is CallsShouldEndEvent:
            for call in calls.values { call.cancel() }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        // The stream has already been reset. The others continue.
        case is NIOHTTP2Errors.StreamError: break
        // The frame crossed our GOAWAY.
        case is NIOHTTP2Errors.NoSuchStream where isLeaving: break
        default: context.close(promise: nil)
        }
    }

    // MARK: Calls

    private func open(_ id: HTTP2StreamID, _ payload: HTTP2Frame.FramePayload.Headers) {
        lastStream = max(lastStream, id)
        do throws(RequestHead.Refusal) {
            let call = Call(try RequestHead(payload.headers, methods: methods, metadataLimit: limits.metadataBytes))
            calls[id] = call
            if payload.endStream { receive(id, call, isWhole: true) }
        } catch {
            switch error {
            case .http(let status): answer(id, Reply(httpStatus: status), isWhole: payload.endStream)
            case .grpc(let status): answer(id, Reply(status: status), isWhole: payload.endStream)
            }
        }
    }

    private func receive(_ id: HTTP2StreamID, _ call: Call, isWhole: Bool) {
        if let fault = call.fault(limit: limits.requestBytes, isWhole: isWhole) {
            calls[id] = nil
            answer(id, Reply(status: fault), isWhole: isWhole)
        } else if isWhole {
            start(id, call)
        }
    }

    /// Refuses requests that have not arrived completely in time. One clock with few ticks serves all calls.
    private func ageRequests() {
        let limit = isArriving ? Self.busyFactor * Self.ageLimit : Self.ageLimit
        isArriving = false
        for (id, call) in calls where !call.isWhole {
            call.age += 1
            guard call.age > limit else { continue }
            calls[id] = nil
            answer(id, Reply(status: Status(code: .deadlineExceeded, message: "the request did not arrive completely in time")), isWhole: false)
        }
    }

    /// Closes the connection of a client that does not read its replies in time.
    private func checkReplies() {
        guard let oldest = waitingSince.values.min(), oldest + limits.replyTime < .now() else { return }
        expel()
    }

    /// Ends the connection of a client that makes no calls, whatever else it sends. Stalled requests do not keep it open.
    private func checkUse() {
        idleSteps = isInUse || running > 0 ? 0 : idleSteps + 1
        isInUse = false
        if idleSteps >= Self.idleLimit { leave(abandoning: true) }
    }

    /// Counts a call that ended before its request was complete. Closes the connection if there are too many.
    private func countAbandoned() {
        if !abandons.spend() { expel() }
    }

    /// Closes the connection of a client that exceeds its limits.
    private func expel() {
        guard let context else { return }
        write(.rootStream, .goAway(lastStreamID: lastStream, errorCode: .enhanceYourCalm, opaqueData: nil))
        context.flush()
        context.close(promise: nil)
    }

    private func start(_ id: HTTP2StreamID, _ call: Call) {
        guard let context else { return }
        call.isWhole = true
        // Handlers of abandoned calls count too, because the limit of streams does not cover them.
        guard running < 2 * limits.concurrentCalls else {
            calls[id] = nil
            return answer(id, Reply(status: Status(code: .unavailable, message: "too many concurrent calls on this connection")), isWhole: true)
        }
        let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
        let stream = RPCStream(
            descriptor: call.head.method,
            inbound: RPCAsyncSequence<RPCRequestPart<[UInt8]>, any Error>(wrapping: call.parts()),
            outbound: RPCWriter<RPCResponsePart<[UInt8]>>.Closable(wrapping: ReplyWriter(connection: connection, id: id)))
        running += 1
        call.task = Task(executorPreference: executor) { [handler, remotePeer, localPeer, peer] in
            await withServerContextRPCCancellationHandle { cancellation in
                connection.value.began(id, cancellation)
                var context = ServerContext(
                    descriptor: stream.descriptor, remotePeer: remotePeer, localPeer: localPeer, cancellation: cancellation)
                context.transportSpecific = peer
                await handler(stream, context)
            }
            connection.value.handlerReturned(id)
        }
    }

    private func began(_ id: HTTP2StreamID, _ cancellation: ServerContext.RPCCancellationHandle) {
        if let call = calls[id], call.task?.isCancelled == false {
            call.cancellation = cancellation
        } else {
            cancellation.cancel()
        }
    }

    /// Takes a part of a reply. It is dropped if the client has abandoned the call.
    func take(_ part: RPCResponsePart<[UInt8]>, for id: HTTP2StreamID) {
        guard let reply = calls[id]?.take(part) else { return }
        calls[id] = nil
        answer(id, reply, isWhole: true)
    }

    private func answer(_ id: HTTP2StreamID, _ reply: Reply, isWhole: Bool) {
        let written = count(Self.replyOverhead + reply.messages.readableBytes, on: id)
        if let trailers = reply.trailers {
            write(id, .headers(.init(headers: reply.headers)))
            write(id, .data(.init(data: .byteBuffer(reply.messages))))
            write(id, .headers(.init(headers: trailers, endStream: true)), promise: written)
        } else {
            write(id, .headers(.init(headers: reply.headers, endStream: true)), promise: written)
        }
        if waitingBytes > limits.waitingBytes { return expel() }
        // Asks the client not to send the rest of its request.
        if !isWhole {
            write(id, .rstStream(.noError))
            countAbandoned()
        }
        closeIfDone()
    }

    /// Counts the bytes of a reply as waiting until its last frame is written to the socket, or never will be.
    /// - Returns: the promise for the write of the last frame; nil if the connection is closed.
    private func count(_ bytes: Int, on id: HTTP2StreamID) -> EventLoopPromise<Void>? {
        guard let context else { return nil }
        waitingBytes += bytes
        waitingSince[id] = .now()
        limits.replyBudget.add(bytes, for: ObjectIdentifier(self))
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { [self] _ in
            waitingBytes -= bytes
            waitingSince[id] = nil
            limits.replyBudget.remove(bytes, for: ObjectIdentifier(self))
            isInUse = true
        }
        return written
    }

    func reset(_ id: HTTP2StreamID) {
        guard calls.removeValue(forKey: id) != nil else { return }
        write(id, .rstStream(.internalError))
        closeIfDone()
    }

    private func handlerReturned(_ id: HTTP2StreamID) {
        // A handler that gave no status has failed.
        reset(id)
        running -= 1
        if running == 0, context == nil { onEnd() }
    }

    // MARK: Writing

    /// - Parameter promise: succeeds when the frame is written, and fails if it cannot be.
    private func write(_ id: HTTP2StreamID, _ payload: HTTP2Frame.FramePayload, promise: EventLoopPromise<Void>? = nil) {
        guard let context else { return }
        context.write(wrapOutboundOut(HTTP2Frame(streamID: id, payload: payload)), promise: promise)
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        // Runs after the jobs already queued on the loop: one commit resumes many calls, and their replies are flushed together.
        context.eventLoop.assumeIsolated().execute { [self] in
            isFlushScheduled = false
            self.context?.flush()
        }
    }

    // MARK: Leaving

    /// Asks the client to open no more calls. A second GOAWAY follows later, because calls may be in flight.
    private func sayGoodbye() {
        guard !isLeaving else { return }
        isLeaving = true
        write(.rootStream, .goAway(lastStreamID: .maxID, errorCode: .noError, opaqueData: nil))
        write(.rootStream, .ping(goodbye, ack: false))
        // Does not wait longer for the client's answer.
        context?.eventLoop.assumeIsolated().scheduleTask(in: Self.goodbyeLimit) { [self] in leave() }
    }

    /// Tells the client which call is the last to be answered, and closes the connection after it.
    private func leave(abandoning: Bool = false) {
        guard takesCalls else { return }
        isLeaving = true
        takesCalls = false
        if abandoning { calls = [:] }
        write(.rootStream, .goAway(lastStreamID: lastStream, errorCode: .noError, opaqueData: nil))
        closeIfDone()
    }

    private func closeIfDone() {
        guard !takesCalls, calls.isEmpty, let context else { return }
        // Closes the output first, so that everything is sent before the connection is closed.
        context.flush()
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in self.context?.close(promise: nil) }
        context.close(mode: .output, promise: written)
    }
}
