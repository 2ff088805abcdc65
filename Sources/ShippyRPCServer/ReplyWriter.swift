import GRPCCore
import NIOCore
import NIOHTTP2

/// Passes a handler's reply to its connection.
struct ReplyWriter: ClosableRPCWriterProtocol {
    typealias Element = RPCResponsePart<[UInt8]>

    let connection: NIOLoopBound<ServerConnection>
    let id: HTTP2StreamID

    func write(_ part: Element) async throws {
        onLoop { $0.take(part, for: id) }
    }

    func write(contentsOf parts: some Sequence<Element>) async throws {
        for part in parts { try await write(part) }
    }

    /// Does nothing: the status has ended the reply.
    func finish() async {}

    func finish(throwing error: any Error) async {
        onLoop { $0.reset(id) }
    }

    /// Runs `body` on the connection's event loop. Handlers already run there, but tasks that they start elsewhere do not.
    private func onLoop(_ body: @escaping @Sendable (ServerConnection) -> Void) {
        if connection.eventLoop.inEventLoop {
            body(connection.value)
        } else {
            connection.eventLoop.execute { body(connection.value) }
        }
    }
}
