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
            guard let method = table[path] else { return Status(code: .unimplemented, message: "unknown method \(path)") }
            let reply = StatusWriter()
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
            return reply.status ?? Status(code: .internalError, message: "no status")
        }
    }
}

/// Keeps the status of a reply.
private final class StatusWriter: ClosableRPCWriterProtocol {
    private let last = Mutex<Status?>(nil)

    var status: Status? { last.withLock { $0 } }

    func write(_ part: RPCResponsePart<[UInt8]>) async throws {
        if case .status(let status, _) = part { last.withLock { $0 = status } }
    }

    func write(contentsOf parts: some Sequence<RPCResponsePart<[UInt8]>>) async throws {
        for part in parts { try await write(part) }
    }

    func finish() async {}

    func finish(throwing error: any Error) async {}
}
