import GRPCCore
import Synchronization

@testable import ShippyRPCServer

/// Calls a server's methods without a socket: the calls are made by `body`, while the server runs.
final class DirectTransport: ServerTransport {
    typealias Bytes = [UInt8]
    typealias Handler = @Sendable (_ stream: RPCStream<Inbound, Outbound>, _ context: ServerContext) async -> Void

    private let table: Mutex<MethodTable>
    private let body: @Sendable (_ calls: Calls) async throws -> Void

    /// - Parameter services: see ``MethodTable``.
    init(services: [String: String], _ body: @escaping @Sendable (_ calls: Calls) async throws -> Void) {
        table = Mutex(MethodTable(services: services))
        self.body = body
    }

    func configure(context: GRPCServerContext) {
        table.withLock { table in context.methods.forEach { table.add($0) } }
    }

    func listen(streamHandler: @escaping Handler) async throws {
        try await body(Calls(table: table.withLock { $0 }, handler: streamHandler))
    }

    func beginGracefulShutdown() {}

    struct Calls: Sendable {
        fileprivate let table: MethodTable
        fileprivate let handler: Handler

        /// The status of a call of `path`, such as `/pb.UserService/Get`.
        func status(_ path: String, _ metadata: Metadata, _ message: [UInt8]) async -> Status {
            await reply(path, metadata, message).status
        }

        /// The status, and the message of the reply; nil if there is none.
        func reply(_ path: String, _ metadata: Metadata, _ message: [UInt8]) async -> (status: Status, message: [UInt8]?) {
            guard let method = table[path] else { return (Status(code: .unimplemented, message: "unknown method \(path)"), nil) }
            let reply = ReplyWriter()
            let stream = RPCStream(
                descriptor: method,
                inbound: RPCAsyncSequence<RPCRequestPart<[UInt8]>, any Error>(
                    wrapping: RequestParts(metadata: metadata, message: message)),
                outbound: RPCWriter<RPCResponsePart<[UInt8]>>.Closable(wrapping: reply))
            await withServerContextRPCCancellationHandle { cancellation in
                await handler(
                    stream,
                    ServerContext(descriptor: method, remotePeer: "ipv4:127.0.0.1:5000", localPeer: "ipv4:127.0.0.1:80", cancellation: cancellation))
            }
            return (reply.status ?? Status(code: .internalError, message: "no status"), reply.message)
        }
    }
}

/// Keeps the status and the message of a reply.
private final class ReplyWriter: ClosableRPCWriterProtocol {
    private let last = Mutex<(status: Status?, message: [UInt8]?)>((nil, nil))

    var status: Status? { last.withLock { $0.status } }
    var message: [UInt8]? { last.withLock { $0.message } }

    func write(_ part: RPCResponsePart<[UInt8]>) async throws {
        last.withLock { last in
            switch part {
            case .metadata: break
            case .message(let message): last.message = message
            case .status(let status, _): last.status = status
            }
        }
    }

    func write(contentsOf parts: some Sequence<RPCResponsePart<[UInt8]>>) async throws {
        for part in parts { try await write(part) }
    }

    func finish() async {}

    func finish(throwing error: any Error) async {}
}
