import SMTPEngine
import ShippyCore
import TestSupport
import Testing

/// The mailer alone, against a real server.
@Suite struct SMTPMailerTests {
    private func mail(_ id: String) throws -> OutgoingMail {
        try OutgoingMail(
            id: id, from: EmailAddress("shippy@example.org"), to: EmailAddress("ok@d.example"),
            message: [UInt8]("Subject: \(id)\r\nMessage-ID: <\(id)@x>\r\n\r\nHello\r\n".utf8))
    }

    /// With the last byte the server takes the mail: from there on, nothing calls it back.
    @Test func theLastByteGoesOutOnlyUnderTheLease() async throws {
        let smtp = try await SMTPServer.start()
        let mailer = SMTPMailer(
            options: .init(host: "127.0.0.1", port: smtp.port, security: .plain, deadline: .seconds(30), connections: 8))
        #expect(try await mailer.deliver(mail("lost"), while: { false }) == .withdrawn)
        guard case .accepted = try await mailer.deliver(mail("held"), while: { true }) else {
            Issue.record("the next one is not taken")
            return
        }
        #expect(smtp.messages.count == 1)
        #expect(smtp.messages.first?.contains("held") == true)
        await mailer.close()
        try await smtp.stop()
    }
}
