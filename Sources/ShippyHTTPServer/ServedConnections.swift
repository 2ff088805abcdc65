import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import ShippyCore
import ShippyTLS

/// HTTP/1 connections for Hummingbird's server, each answered by a ``RequestHandler``. Hummingbird's own asynchronous sequence of
/// request parts took as long as all other work of a request.
struct ServedConnections<Responder: HTTPResponder>: ServerChildChannel where Responder.Context == ConnectionContext {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let handler: NIOLoopBound<RequestHandler<Responder>>
    }

    private let responder: Responder
    private let connections: HTTPConnections
    private let limits: HTTPLimits
    private let drain: Drain
    private let tls: ServerTLS?
    private let executors = EventLoopExecutors()

    init(_ responder: Responder, connections: HTTPConnections, limits: HTTPLimits, drain: Drain, tls: ServerTLS?) {
        self.responder = responder
        self.connections = connections
        self.limits = limits
        self.drain = drain
        self.tls = tls
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            var decoder = NIOHTTPDecoderLimitConfiguration()
            decoder.maxHeaderFieldSize = 16 * 1024
            decoder.maxHeaderListSize = 32 * 1024
            decoder.maxHeaderFieldCount = 100
            let pipeline = channel.pipeline.syncOperations
            let handler = RequestHandler(
                responder, bodyLimit: limits.bodySize, executor: executors.executor(for: channel.eventLoop), connections: connections, logger: logger)
            try tls?.secure(channel, for: .http)
            try pipeline.addHandler(
                ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: decoder)))
            try pipeline.addHandler(HTTPCodec(isSecure: tls != nil))
            try pipeline.addHandler(ConnectionKeeper(connections, limits: limits, drain: drain))
            try pipeline.addHandler(handler)
            return Value(channel: channel, handler: NIOLoopBound(handler, eventLoop: channel.eventLoop))
        }
    }

    /// Returns when the connection is closed and its last task has ended.
    func handle(value: Value, logger: Logger) async {
        // Fails only if the channel was never open.
        try? await value.channel.closeFuture.get()
        let answer = try? await value.channel.eventLoop.submit { value.handler.value.answer }.get()
        await answer?.value
    }
}
