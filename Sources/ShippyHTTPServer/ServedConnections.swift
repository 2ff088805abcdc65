import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes
import ShippyCore

/// Hummingbird's HTTP/1 connections, each answered by a task of its own that can be cancelled, on its connection's event loop: an
/// answer needs no change of threads on its way out.
struct ServedConnections: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    private let inner: HTTP1Channel
    private let connections: HTTPConnections
    private let executors = EventLoopExecutors()

    init(_ responder: @escaping HTTPChannelHandler.Responder, connections: HTTPConnections, limits: HTTPLimits, drain: Drain) {
        self.connections = connections
        inner = HTTP1Channel(
            responder: responder,
            configuration: .init(
                additionalChannelHandlers: [
                    RequestDeadline(limit: limits.requestTime), ConnectionKeeper(connections, limits: limits, drain: drain),
                ],
                idleTimeout: limits.idleTime,
                httpDecoderConfiguration: .init(maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024, maxHeaderFieldCount: 100)))
    }

    /// A server that ends drops connections that it has accepted and not begun to serve. SwiftNIO ends the process where one of them
    /// is dropped open, so each is held until it is closed.
    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        inner.setup(channel: channel, logger: logger).map { value in
            channel.closeFuture.whenComplete { _ in withExtendedLifetime(value) {} }
            return value
        }
    }

    func handle(value: Value, logger: Logger) async {
        let task = Task(executorPreference: executors.executor(for: value.channel.eventLoop)) {
            await inner.handle(value: value, logger: logger)
        }
        connections.attach(task, to: value.channel)
        await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
