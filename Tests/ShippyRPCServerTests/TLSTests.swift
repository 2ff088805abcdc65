import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Logging
import ShippyCore
import ShippyRPC
import ShippyRPCServer
import ShippyTLS
import TestSupport
import Testing

/// grpc-swift's own client over TLS.
@Suite struct TLSTests {
    private let authority: TestAuthority
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        authority = try TestAuthority()
    }

    private func server(
        limits: ConnectionLimits = ConnectionLimits(requestBytes: 64 * 1024), isMutual: Bool = false,
        _ answer: @escaping ServerUnderTest.Answer
    ) async throws -> ServerUnderTest {
        let files = TLSFiles(keyPair: try authority.issue("localhost"), clientAuthority: isMutual ? authority.certificate : nil)
        return try await ServerUnderTest(limits: limits, tls: try ServerTLS(files, logger: logger), answer)
    }

    private func call(_ server: ServerUnderTest, as keyPair: TLSFiles.KeyPair? = nil) async throws -> String {
        let security = HTTP2ClientTransport.Posix.TransportSecurity.tls { tls in
            tls.trustRoots = .certificates([.file(path: authority.certificate, format: .pem)])
            if let keyPair {
                tls.certificateChain = [.file(path: keyPair.certificate, format: .pem)]
                tls.privateKey = .file(path: keyPair.key, format: .pem)
            }
        }
        return try await withGRPCClient(
            transport: .http2NIOPosix(target: .dns(host: "localhost", port: server.address.port), transportSecurity: security)
        ) { try await Pb_Notificator.Client(wrapping: $0).sendEmail(Pb_SendEmailRequest()).id }
    }

    @Test func aCallIsAnswered() async throws {
        let server = try await server { _, context in context.peerCertificate.map(\.subject) ?? "nobody" }
        #expect(try await call(server) == "nobody")
        // A certificate that nobody asked for says nothing.
        #expect(try await call(server, as: try authority.issue("billing")) == "nobody")
        server.beginGracefulShutdown()
        try await server.ended()
    }

    @Test func aHandlerKnowsTheCallersCertificate() async throws {
        let server = try await server(isMutual: true) { _, context in
            guard let peer = context.peerCertificate else { return "nobody" }
            return "\(peer.subject) \(peer.commonName ?? "-") \(peer.names.joined(separator: " ")) \(peer.notAfter > .now)"
        }
        #expect(
            try await call(server, as: try authority.issue("billing,ops.example.com,10.0.0.5"))
                == "CN=billing billing billing ops.example.com 10.0.0.5 true")
        let stranger = try TestAuthority()
        for keyPair in [nil, try stranger.issue("billing")] {
            let error = try await #require(throws: RPCError.self) { try await call(server, as: keyPair) }
            #expect(error.code == .unavailable)
        }
        server.beginGracefulShutdown()
        try await server.ended()
    }

    @Test func largeRepliesComeWhole() async throws {
        let reply = String(repeating: "r", count: 60_000)
        let server = try await server { _, _ in reply }
        for _ in 0..<5 { #expect(try await call(server) == reply) }
        server.beginGracefulShutdown()
        try await server.ended()
    }

    /// A connection in the middle of its handshake takes a place.
    @Test func handshakesCountAsConnections() async throws {
        let server = try await server(limits: ConnectionLimits(requestBytes: 1024, connections: 2)) { _, _ in "answered" }
        // New ones each time: on a slow machine, the first ones may have used up the time for a handshake.
        try await eventually("a third one is closed, and the first two are not") {
            let waiting = [try RawConnection(server.address.description), try RawConnection(server.address.description)]
            defer { waiting.forEach { $0.abort() } }
            let third = try RawConnection(server.address.description)
            try await Task.sleep(for: .milliseconds(50))
            return third.isClosed && waiting.allSatisfy { !$0.isAtEnd }
        }
        try await eventually("there is room again") { (try? await call(server)) == "answered" }
        server.beginGracefulShutdown()
        try await server.ended()
    }

    /// An idle connection is told to leave, and does not hold up a shutdown.
    @Test func aShutdownEndsSilentConnections() async throws {
        let server = try await server { _, _ in "answered" }
        let silent = try RawConnection(server.address.description)
        #expect(try await call(server) == "answered")
        server.beginGracefulShutdown()
        try await server.ended()
        try await eventually("it is closed") { silent.isClosed }
    }
}
