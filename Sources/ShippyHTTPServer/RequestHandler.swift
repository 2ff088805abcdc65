import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import ShippyCore
import ShippyTLS

/// Collects each request of a connection, answers it in a task on the connection's event loop, and writes the answer.
///
/// Requests and answers are small, so nothing is streamed: a request takes a single task, on a single thread. Confined to its
/// event loop.
final class RequestHandler<Responder: HTTPResponder>: ChannelDuplexHandler where Responder.Context == ConnectionContext {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// While a request is being answered, reading stops at this number of waiting parts of later requests.
    private static var partsAhead: Int { 8 }

    private let responder: Responder
    private let bodyLimit: Int
    private let executor: EventLoopExecutor
    private let connections: HTTPConnections
    private let logger: Logger

    /// The client's certificate, if the port requires one.
    private var peer: PeerCertificate?
    private var arriving: (head: HTTPRequest, body: ByteBuffer?)?
    /// Whether the rest of a body that is too large is being discarded.
    private var isDiscarding = false
    private var task: Task<Void, Never>?
    private var isAnswering = false
    /// Parts that arrived while a request was being answered.
    private var waiting = CircularBuffer<HTTPRequestPart>()
    private var isReadHeld = false
    /// Whether the client sends no more, or its input cannot be parsed. Waiting requests are still answered.
    private var isAtEnd = false
    /// Whether the last answer has been written. Later input is ignored.
    private var isOver = false
    /// Whether the client has sent a request with `Connection: close`. Malformed input after it gets no 400.
    private var hasLast = false
    /// Whether the next input could not be parsed, and a 400 must be sent.
    private var isMalformed = false

    init(_ responder: Responder, bodyLimit: Int, executor: EventLoopExecutor, connections: HTTPConnections, logger: Logger) {
        self.responder = responder
        self.bodyLimit = bodyLimit
        self.executor = executor
        self.connections = connections
        self.logger = logger
    }

    /// The task that is answering, if any. It may briefly outlive its connection.
    var answer: Task<Void, Never>? { task }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        connections.attach(to: context.channel) { loop.execute { bound.value.0.cancel(bound.value.1) } }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        task?.cancel()
        waiting.removeAll()
    }

    /// Cancels the running request, because nobody waits for its answer or its time is over. Closes the connection if there is
    /// none.
    private func cancel(_ context: ChannelHandlerContext) {
        isAtEnd = true
        waiting.removeAll()
        if let task, isAnswering { task.cancel() } else if context.channel.isActive { context.close(promise: nil) }
    }

    // MARK: Input

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isOver, !isDiscarding { return }
        let part = unwrapInboundIn(data)
        if case .head(let head) = part, head.headerFields[.connection] == "close" { hasLast = true }
        if isAnswering, !isDiscarding { waiting.append(part) } else { take(part, context) }
    }

    /// Stops reading from a client that sends requests faster than they are answered.
    func read(context: ChannelHandlerContext) {
        if waiting.count < Self.partsAhead { context.read() } else { isReadHeld = true }
    }

    private func take(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) {
        switch part {
        case .head(let head):
            arriving = (head, nil)
            if let length = head.headerFields[.contentLength].flatMap({ Int($0) }), length > bodyLimit { refuseBody(context) }
        case .body(var bytes):
            guard !isDiscarding else { return }
            if arriving?.body == nil { arriving?.body = bytes } else { arriving?.body?.writeBuffer(&bytes) }
            if let body = arriving?.body, body.readableBytes > bodyLimit { refuseBody(context) }
        case .end:
            if isDiscarding {
                isDiscarding = false
                if !isAnswering { goOn(context) }
            } else if let (head, body) = arriving {
                arriving = nil
                answer(Request(head: head, body: RequestBody(buffer: body ?? ByteBuffer())), context)
            }
        }
    }

    /// Starts the answer to a request whose body is too large. Reading the body throws `NIOTooManyBytesError`.
    private func refuseBody(_ context: ChannelHandlerContext) {
        guard let head = arriving?.head else { return }
        arriving = nil
        isDiscarding = true
        let body = AsyncThrowingStream<ByteBuffer, any Error> { $0.finish(throwing: NIOTooManyBytesError(maxBytes: bodyLimit)) }
        answer(Request(head: head, body: RequestBody(asyncSequence: body)), context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event {
            isAtEnd = true
            if !isAnswering { end(context) }
        } else if let event = event as? TLSEstablished {
            peer = event.peer
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError else { return context.close(promise: nil) }
        isAtEnd = true
        isMalformed = !isOver && !hasLast
        if !isAnswering { end(context) }
    }

    // MARK: Output

    private func answer(_ request: Request, _ context: ChannelHandlerContext) {
        isAnswering = true
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        var requestContext = ConnectionContext(source: ApplicationRequestContextSource(channel: context.channel, logger: logger))
        requestContext.peerCertificate = peer
        let (responder, loop) = (responder, context.eventLoop)
        task = Task(executorPreference: executor) { [requestContext] in
            var response: Response
            do {
                response = try await responder.respond(to: request, context: requestContext)
            } catch {
                response = Response(status: .internalServerError)
            }
            let body = AnswerBody()
            // Does not fail: responders build their bodies in memory, and `AnswerBody` only collects them.
            try? await response.body.write(body)
            let (head, bytes) = (response.head, body.bytes)
            if loop.inEventLoop {
                bound.value.0.write(head, bytes, to: request.head, bound.value.1)
            } else {
                loop.execute { bound.value.0.write(head, bytes, to: request.head, bound.value.1) }
            }
        }
    }

    private func write(_ head: HTTPResponse, _ body: ByteBuffer, to request: HTTPRequest, _ context: ChannelHandlerContext) {
        task = nil
        var head = head
        // The form is normalized by ``HTTPCodec``.
        switch request.headerFields[.connection] {
        case "close":
            (isAtEnd, isOver) = (true, true)
            waiting.removeAll()
            head.headerFields[.connection] = "close"
        case "keep-alive":
            // An HTTP/1.0 client keeps its connection only if the answer says so.
            head.headerFields[.connection] = "keep-alive"
        default: break
        }
        guard context.channel.isActive else { return }
        head.headerFields[.date] = HTTPDate.now
        // RFC 9110, 8.6: no Content-Length where there cannot be a body.
        if head.status == .noContent || head.status == .notModified {
            head.headerFields[.contentLength] = nil
        } else if !head.headerFields.contains(.contentLength) {
            head.headerFields[.contentLength] = String(body.readableBytes)
        }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        // RFC 9110, 9.3.2: the answer to HEAD has the headers of an answer to GET, but no body.
        if request.method != .head, body.readableBytes > 0 { context.write(wrapOutboundOut(.body(body)), promise: nil) }
        let written = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        written.futureResult.whenComplete { _ in
            let (handler, context) = bound.value
            handler.isAnswering = false
            if !handler.isDiscarding { handler.goOn(context) }
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    }

    /// Processes the input that arrived meanwhile.
    private func goOn(_ context: ChannelHandlerContext) {
        while !isAnswering || isDiscarding, let part = waiting.popFirst() { take(part, context) }
        if isReadHeld, waiting.count < Self.partsAhead {
            isReadHeld = false
            context.read()
        }
        if isAtEnd, !isAnswering, waiting.isEmpty { end(context) }
    }

    /// Closes the output. The connection is closed once the client closes its side, or has been idle for too long.
    private func end(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        if isMalformed {
            isMalformed = false
            let head = HTTPResponse(status: .badRequest, headerFields: [.connection: "close", .contentLength: "0"])
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.end(nil)), promise: nil)
        }
        context.flush()
        context.close(mode: .output, promise: nil)
    }
}
