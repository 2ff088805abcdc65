import Logging
import NIOCore
import ShippyCore
import ShippyTLS
import Synchronization
import TestSupport
import Testing

@Suite struct HandshakeTests {
    private let authority: TestAuthority
    private let other: TestAuthority
    private let log = LogRecord()

    init() throws {
        authority = try TestAuthority()
        other = try TestAuthority()
    }

    private func server(_ names: String = "localhost", requiring clientAuthority: TestAuthority? = nil) async throws -> EchoServer {
        let files = TLSFiles(keyPair: try authority.issue(names), clientAuthority: clientAuthority?.certificate)
        return try await EchoServer.start(try ServerTLS(files, logger: log.logger))
    }

    private func client(_ keyPair: TLSFiles.KeyPair? = nil, trusting authority: TestAuthority? = nil) -> ClientTLS {
        ClientTLS(TLSFiles(keyPair: keyPair, authority: (authority ?? self.authority).certificate))
    }

    private func refusal(_ body: () async throws -> String) async throws -> String {
        let refused = try await #require(throws: Refused.self) { try await body() }
        return refused.reason
    }

    @Test func aClientThatKnowsTheAuthorityIsServed() async throws {
        let server = try await server()
        #expect(try await server.ask(client()) == "-:hello")
        #expect(try await server.ask(client(), as: "localhost") == "-:hello")
        try await server.stop()
    }

    @Test func anotherNameIsRefused() async throws {
        let server = try await server("alpha.example.com,10.0.0.5")
        #expect(try await refusal { try await server.ask(client()) } == "its certificate is for alpha.example.com, 10.0.0.5, not for 127.0.0.1")
        #expect(
            try await refusal { try await server.ask(client(), as: "beta.example.com") }
                == "its certificate is for alpha.example.com, 10.0.0.5, not for beta.example.com")
        #expect(try await server.ask(client(), as: "alpha.example.com") == "-:hello")
        try await server.stop()
    }

    @Test func anotherAuthorityIsRefused() async throws {
        let server = try await server()
        let reason = try await refusal { try await server.ask(client(trusting: other)) }
        #expect(reason.hasPrefix("its certificate (CN=localhost) was signed by CN=shippy authority "))
        #expect(reason.hasSuffix(", which is not among the authorities in \(other.certificate)"))
        // Nor is it one of the system's.
        #expect(try await refusal { try await server.ask(ClientTLS()) }.hasSuffix("the system's authorities: set --tls-ca to trust it"))
        try await eventually("the server tells why") { log.lines.contains { $0.contains("it does not trust the authority that signed it") } }
        try await server.stop()
    }

    /// A server refuses to start with an expired certificate, but one may expire while it runs.
    @Test func anExpiredCertificateIsRefused() async throws {
        let keyPair = try authority.issueExpired("localhost")
        let end = try #require(try CertificateFacts.read(keyPair.certificate).first).notAfter
        let server = try await EchoServer.start(try ServerTLS(TLSFiles(keyPair: keyPair), now: end - .seconds(1), logger: log.logger))
        #expect(try await refusal { try await server.ask(client()) } == "its certificate (CN=localhost) expired at \(end.inSeconds)")
        try await server.stop()
    }

    @Test func aClientsCertificateIsKnownToTheServer() async throws {
        let server = try await server(requiring: authority)
        #expect(try await server.ask(client(try authority.issue("billing"))) == "billing:hello")
        try await server.stop()
    }

    @Test func aClientWithoutACertificateIsRefused() async throws {
        let server = try await server(requiring: authority)
        let reason = try await refusal { try await server.ask(client()) }
        #expect(reason == "it requires a client certificate: set --tls-cert and --tls-key")
        try await eventually("the server tells why") { log.lines.contains { $0.contains("reason=it presented no certificate") } }
        try await server.stop()
    }

    @Test func aClientOfAnotherAuthorityIsRefused() async throws {
        let server = try await server(requiring: authority)
        let reason = try await refusal { try await server.ask(client(try other.issue("billing"))) }
        #expect(reason == "it refuses our certificate: it does not trust the authority that signed it")
        try await eventually("the server tells why") { log.lines.contains { $0.contains("reason=its certificate (CN=billing) was signed by") } }
        try await server.stop()
    }

    /// It is not checked against the authority alone.
    @Test func aClientsCertificateMayExpireWhileItRuns() async throws {
        let server = try await server(requiring: authority)
        let keyPair = try authority.issue("billing", days: 1, at: .now - .seconds(23 * 3600 - 4))
        let client = client(keyPair)
        #expect(try await server.ask(client) == "billing:hello")
        let end = try #require(try CertificateFacts.read(keyPair.certificate).first).notAfter
        try await eventually("it has expired") { Timestamp.now > end + .seconds(1) }
        let reason = try await refusal { try await server.ask(client) }
        #expect(reason == "it refuses our certificate, which has expired or is not valid yet by its clock")
        try await eventually("the server tells why") { log.lines.contains { $0.contains("(CN=billing) expired at") } }
        try await server.stop()
    }

    /// A client that resumes a session does not show its certificate again.
    @Test func aResumedSessionEndsWithTheClientsCertificate() async throws {
        let keyPair = try authority.issue("billing", days: 1)
        let facts = try #require(try CertificateFacts.read(keyPair.certificate).first)
        let now = Mutex(Timestamp.now)
        let files = TLSFiles(keyPair: try authority.issue("localhost"), clientAuthority: authority.certificate)
        let server = try await EchoServer.start(try ServerTLS(files, clock: { now.withLock { $0 } }, logger: log.logger))
        let client = SessionClient(address: server.address, authority: authority.certificate, keyPair: keyPair, directory: authority.directory)
        let first = try await client.ask("-sess_out")
        #expect(first.contains("billing:hello") && first.contains("New, TLSv1.3"), "\(first)")
        let second = try await client.ask("-sess_in")
        #expect(second.contains("billing:hello") && second.contains("Reused, TLSv1.3"), "\(second)")
        for (time, fault) in [(facts.notAfter + .seconds(1), "expired at"), (facts.notBefore - .seconds(1), "is not valid before")] {
            now.withLock { $0 = time }
            let refused = try await client.ask("-sess_in")
            #expect(refused.contains("Reused, TLSv1.3") && !refused.contains("billing:hello"), "\(refused)")
            // It tells one reason a second.
            try await eventually("the server tells why") {
                if log.lines.contains(where: { $0.contains("its certificate (CN=billing) \(fault)") }) { return true }
                _ = try await client.ask("-sess_in")
                return false
            }
        }
        try await server.stop()
    }

    @Test func aPlainTextClientIsClosed() async throws {
        let server = try await server()
        let connection = try RawConnection(server.address.description)
        try connection.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try await eventually("it is closed", within: .seconds(5)) { connection.isClosed }
        try await eventually("the server tells why") { log.lines.contains { $0.contains("reason=it does not speak TLS") } }
        try await server.stop()
    }

    @Test func aPlainHTTPClientIsTold() async throws {
        let tls = try ServerTLS(TLSFiles(keyPair: try authority.issue("localhost")), logger: log.logger)
        let server = try await EchoServer.start(tls, for: .http)
        let connection = try RawConnection(server.address.description)
        try connection.send("POST /create HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}")
        var answer = ""
        try await eventually("it is answered and closed", within: .seconds(5)) {
            answer += connection.received()
            return connection.isAtEnd
        }
        #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        #expect(answer.hasSuffix("this port speaks TLS: use an https:// URL\n"))
        #expect(log.lines.filter { $0.contains("refused") }.count == 1)
        #expect(try await server.ask(client(), for: .http) == "-:hello")
        try await server.stop()
    }

    @Test func aHandshakeHasADeadline() async throws {
        let tls = try ServerTLS(TLSFiles(keyPair: try authority.issue("localhost")), handshakeTime: .milliseconds(200), logger: log.logger)
        for inner in InnerProtocol.allCases {
            let server = try await EchoServer.start(tls, for: inner)
            let silent = try RawConnection(server.address.description)
            let slow = try RawConnection(server.address.description)
            // The beginning of a handshake record.
            try slow.send([22, 3, 1, 2, 0])
            try await eventually("both are closed", within: .seconds(10)) { silent.isClosed && slow.isClosed }
            // A client in time is not cut off by the deadline.
            let client = try await EchoClient.connect(to: server.address, as: "localhost", client(), for: inner)
            try await Task.sleep(for: .milliseconds(400))
            #expect(try await client.ask() == "-:hello")
            try await server.stop()
        }
    }

    /// gRPC's clients and servers must agree on HTTP/2.
    @Test func aClientOfAnotherProtocolIsRefused() async throws {
        let server = try await server()
        _ = try await refusal { try await server.ask(client(), for: .http) }
        try await eventually("the server tells why") { log.lines.contains { $0.contains("reason=it did not negotiate h2") } }
        let http = try await EchoServer.start(
            try ServerTLS(TLSFiles(keyPair: try authority.issue("localhost")), logger: log.logger), for: .http)
        #expect(try await refusal { try await http.ask(client()) } == "it does not speak gRPC: is it the port for HTTP?")
        try await server.stop()
        try await http.stop()
    }
}
