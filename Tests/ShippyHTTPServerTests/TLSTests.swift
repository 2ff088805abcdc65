import Foundation
import Hummingbird
import Logging
import NIOCore
import ShippyCore
import ShippyHTTPServer
import ShippyTLS
import TestSupport
import Testing

/// curl over TLS.
@Suite struct TLSTests {
    private let authority: TestAuthority
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        authority = try TestAuthority()
    }

    private func tls(isMutual: Bool = false) throws -> ServerTLS {
        try ServerTLS(
            TLSFiles(keyPair: try authority.issue("localhost"), clientAuthority: isMutual ? authority.certificate : nil), logger: logger)
    }

    /// - Returns: the exit status and the output.
    private func curl(_ arguments: String...) async throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["curl", "--silent", "--max-time", "30", "--cacert", authority.certificate] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = try await Task.detached { String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self) }.value
        try await eventually("curl ends") { !process.isRunning }
        return (process.terminationStatus, text)
    }

    private static func text(_ text: String) -> Response { Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: text))) }

    @Test func requestsOnOneConnectionAreAnswered() async throws {
        let server = try await ServerUnderTest(
            tls: try tls(),
            inContext: { request, context in
                #expect(request.head.scheme == "https")
                return Self.text("\(request.uri.path) \(context.peerCertificate?.subject ?? "nobody")\n")
            })
        let (status, output) = try await curl("https://\(server.address)/one", "https://\(server.address)/two")
        #expect(status == 0)
        #expect(output == "/one nobody\n/two nobody\n")
        try await server.stop()
    }

    @Test func aLargeAnswerComesWhole() async throws {
        let body = String(repeating: "0123456789", count: 100_000)
        let server = try await ServerUnderTest(tls: try tls(), inContext: { _, _ in Self.text(body) })
        #expect(try await curl("https://\(server.address)/").output == body)
        try await server.stop()
    }

    @Test func aResponderKnowsTheCallersCertificate() async throws {
        let server = try await ServerUnderTest(
            tls: try tls(isMutual: true),
            inContext: { _, context in
                Self.text("\(context.peerCertificate?.commonName ?? "nobody") \(context.peerCertificate?.names ?? [])")
            })
        let client = try authority.issue("billing")
        #expect(try await curl("--cert", client.certificate, "--key", client.key, "https://\(server.address)/").output == #"billing ["billing"]"#)
        let others = try TestAuthority()
        let stranger = try others.issue("billing")
        for refused in [
            try await curl("https://\(server.address)/"),
            try await curl("--cert", stranger.certificate, "--key", stranger.key, "https://\(server.address)/"),
        ] {
            // Not 58: the certificate was sent.
            #expect(![0, 58].contains(refused.status), "\(refused)")
            #expect(refused.output == "")
        }
        try await server.stop()
    }

    @Test func aPlainRequestIsNotAnswered() async throws {
        let server = try await ServerUnderTest(tls: try tls(), inContext: { _, _ in Self.text("secret") })
        let (_, output) = try await curl("http://\(server.address)/")
        #expect(output.contains("this port speaks TLS"))
        #expect(!output.contains("secret"))
        try await server.stop()
    }

    @Test func handshakesCountAsConnections() async throws {
        let server = try await ServerUnderTest(limits: HTTPLimits(connections: 2), tls: try tls(), inContext: { _, _ in Self.text("answered") })
        // New ones each time: on a slow machine, the first ones may have used up the time for a handshake.
        try await eventually("a third one is closed, and the first two are not") {
            let waiting = [try RawConnection(server.address), try RawConnection(server.address)]
            defer { waiting.forEach { $0.abort() } }
            let third = try RawConnection(server.address)
            try await Task.sleep(for: .milliseconds(50))
            return third.isClosed && waiting.allSatisfy { !$0.isAtEnd }
        }
        try await eventually("there is room again") { try await curl("https://\(server.address)/").output == "answered" }
        try await server.stop()
    }

    /// Half a handshake does not hold up a shutdown.
    @Test func aShutdownEndsSilentConnections() async throws {
        let server = try await ServerUnderTest(tls: try tls(), inContext: { _, _ in Self.text("answered") })
        let silent = try RawConnection(server.address)
        #expect(try await curl("https://\(server.address)/").output == "answered")
        try await server.stop()
        try await eventually("it is closed") { silent.isClosed }
    }
}
