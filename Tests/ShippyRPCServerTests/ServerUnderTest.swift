import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NIOCore
import ShippyCore
import ShippyRPC
import ShippyRPCServer
import ShippyTLS
import SwiftProtobuf
import Synchronization
import TestSupport

/// A notificator whose answers the test writes, on a free port of this machine.
final class ServerUnderTest: Sendable {
    typealias Answer = @Sendable (_ request: Pb_SendEmailRequest, _ context: ServerContext) async throws -> String

    private struct Service: Pb_Notificator.SimpleServiceProtocol {
        let answer: Answer

        func sendEmail(request: Pb_SendEmailRequest, context: ServerContext) async throws -> Pb_SendEmailReply {
            let id = try await answer(request, context)
            return .with { $0.id = id }
        }
    }

    let address: HostPort
    private let server: GRPCServer<UnaryServerTransport>
    private let serving: Task<Void, any Error>

    init(limits: ConnectionLimits = ConnectionLimits(requestBytes: 64 * 1024), tls: ServerTLS? = nil, _ answer: @escaping Answer) async throws {
        let bound = Mutex<HostPort?>(nil)
        let transport = UnaryServerTransport(
            address: HostPort(host: "127.0.0.1", port: 0), limits: limits, tls: tls,
            onListening: { address in bound.withLock { $0 = address } })
        let server = GRPCServer(transport: transport, services: [Service(answer: answer)])
        self.server = server
        serving = Task { try await server.serve() }
        address = try await eventually("it listens") { bound.withLock { $0 } }
    }

    func beginGracefulShutdown() { server.beginGracefulShutdown() }

    func cancel() { serving.cancel() }

    /// Returns once the server has ended.
    func ended() async throws { try await serving.value }

    /// Runs `body` with grpc-swift's own client, on one connection.
    func withClient<Value: Sendable>(_ body: @Sendable (GRPCClient<HTTP2ClientTransport.Posix>) async throws -> Value) async throws -> Value {
        try await withGRPCClient(
            transport: .http2NIOPosix(target: .ipv4(address: address.host, port: address.port), transportSecurity: .plaintext)
        ) { try await body($0) }
    }

    /// Serves while `body` uses one client, and ends in peace.
    static func run(
        _ answer: @escaping Answer, _ body: @Sendable (Pb_Notificator.Client<HTTP2ClientTransport.Posix>) async throws -> Void
    ) async throws {
        let server = try await ServerUnderTest(answer)
        try await server.withClient { try await body(Pb_Notificator.Client(wrapping: $0)) }
        server.beginGracefulShutdown()
        try await server.ended()
    }
}
