import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import ShippyCore

/// Gathers each request of a connection whole, has a task on the connection's event loop answer it, and writes the answer.
///
/// Requests are small, and so are answers: nothing is streamed, and between the last byte of a request and the first of its answer
/// there is one task, and no other thread. Confined to its event loop.
final class RequestHandler<Responder: HTTPResponder>: ChannelDuplexHandler where Responder.Context == ConnectionContext {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How many parts of later requests are taken while one is being answered.
    private static var partsAhead: Int { 8 }

    private let responder: Responder
    private let bodyLimit: Int
    private let executor: EventLoopExecutor
    private let connections: HTTPConnections
    private let logger: Logger

    private var arriving: (head: HTTPRequest, body: ByteBuffer?)?
    /// The rest of a body that is too large is not kept.
    private var isDiscarding = false
    private var task: Task<Void, Never>?
    private var isAnswering = false
    /// Parts that came while a request was being answered.
    private var waiting = CircularBuffer<HTTPRequestPart>()
    private var isReadHeld = false
    /// The client sends no more, or what it sent cannot be read.
    private var isAtEnd = false
    /// The last answer is written: what the client sends after that is not for us.
    private var isOver = false
    /// The client has sent the request that it calls its last: what comes behind it is not for us either.
    private var hasLast = false
    /// What comes next could not be read, which is to be said.
    private var isMalformed = false

    init(_ responder: Responder, bodyLimit: Int, executor: EventLoopExecutor, connections: HTTPConnections, logger: Logger) {
        self.responder = responder
        self.bodyLimit = bodyLimit
        self.executor = executor
        self.connections = connections
        self.logger = logger
    }

    /// The task that answers, if there is one: it may outlive its connection by a moment.
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

    /// Nobody waits for the answer, or there is no time for it any more.
    private func cancel(_ context: ChannelHandlerContext) {
        isAtEnd = true
        waiting.removeAll()
        if let task, isAnswering { task.cancel() } else if context.channel.isActive { context.close(promise: nil) }
    }

    // MARK: What comes in

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isOver, !isDiscarding { return }
        let part = unwrapInboundIn(data)
        if case .head(let head) = part, head.headerFields[.connection] == "close" { hasLast = true }
        if isAnswering, !isDiscarding { waiting.append(part) } else { take(part, context) }
    }

    /// Holds a client back that sends its requests faster than they are answered.
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

    /// Whoever reads the body finds out.
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
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError else { return context.close(promise: nil) }
        isAtEnd = true
        isMalformed = !isOver && !hasLast
        if !isAnswering { end(context) }
    }

    // MARK: What goes out

    private func answer(_ request: Request, _ context: ChannelHandlerContext) {
        isAnswering = true
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let requestContext = ConnectionContext(source: ApplicationRequestContextSource(channel: context.channel, logger: logger))
        let (responder, loop) = (responder, context.eventLoop)
        task = Task(executorPreference: executor) {
            var response: Response
            do {
                response = try await responder.respond(to: request, context: requestContext)
            } catch {
                response = Response(status: .internalServerError)
            }
            let body = AnswerBody()
            // What does not fail to be put together does not fail to be collected.
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
        // As ``HTTPCodec`` has it.
        switch request.headerFields[.connection] {
        case "close":
            (isAtEnd, isOver) = (true, true)
            waiting.removeAll()
            head.headerFields[.connection] = "close"
        case "keep-alive":
            // A client of HTTP/1.0 believes it only when it is told.
            head.headerFields[.connection] = "keep-alive"
        default: break
        }
        guard context.channel.isActive else { return }
        head.headerFields[.date] = HTTPDate.now
        // RFC 9110, 8.6: where no body may be, its length is not told.
        if head.status == .noContent || head.status == .notModified {
            head.headerFields[.contentLength] = nil
        } else if !head.headerFields.contains(.contentLength) {
            head.headerFields[.contentLength] = String(body.readableBytes)
        }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        // RFC 9110, 9.3.2: the answer to HEAD has the header fields of GET's, and ends with them.
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

    /// Takes up what has come meanwhile.
    private func goOn(_ context: ChannelHandlerContext) {
        while !isAnswering || isDiscarding, let part = waiting.popFirst() { take(part, context) }
        if isReadHeld, waiting.count < Self.partsAhead {
            isReadHeld = false
            context.read()
        }
        if isAtEnd, !isAnswering, waiting.isEmpty { end(context) }
    }

    /// Closes our side; the other one closes when the client does, or has been idle for too long.
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
