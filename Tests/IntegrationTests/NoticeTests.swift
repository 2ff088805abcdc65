import Foundation
import ShippyAccess
import ShippyCore
import TestSupport
import Testing

/// Notices on the bus, as mails with links.
@Suite struct NoticeTests {
    private let home: TemporaryDirectory

    init() throws { home = try TemporaryDirectory() }

    private func shippy(_ arguments: [String], input: String = "") async throws -> Outcome {
        try await ShippyBinary.run(arguments, home: home.path, input: input)
    }

    /// A user without a password, as the service knows them.
    private func create(_ email: String) async throws -> Account {
        let created = try await shippy(["user", "create", email, "-o", "json"])
        let user = try #require(try created.objects().first, "\(created.errors)")
        let id = try #require(user["id"] as? String)
        return Account(
            user: User(id: id, name: "", company: "", email: EmailAddress(trusted: email), createdAt: .now), role: .user, isDisabled: false,
            passwordHash: nil, revision: 1)
    }

    private func publish(_ template: String, to account: Account, link: String) async throws {
        let headers = ["--header", "Shippy-Notice=\(template)"] + (link.isEmpty ? [] : ["--header", "Shippy-Link=\(link)"])
        let outcome = try await shippy(
            ["events", "publish", "user.notice"] + headers, input: #"{"id":"\#(account.user.id)","email":"\#(account.user.email)"}"#)
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    /// The records of the queue with this template, once there is one in the state.
    private func mail(_ template: String, _ state: String) async throws -> [String: Any] {
        try await eventually("a mail \(template) is \(state)") {
            try await shippy(["mail", "list", "-o", "jsonl"]).objects().first {
                $0["template"] as? String == template && $0["state"] as? String == state
            }
        }
    }

    /// The text of the mail with this subject.
    private func text(_ subject: String) throws -> String {
        for file in try FileManager.default.contentsOfDirectory(atPath: home("mail/new")) {
            let message = try String(contentsOfFile: home("mail/new/\(file)"), encoding: .utf8)
            guard message.contains("Subject: \(subject)\r\n") else { continue }
            return try #require(MailParts.bodies(of: message).first)
        }
        throw NeverHappened(description: "no mail with the subject \(subject)")
    }

    private func token(in text: String, path: String) throws -> String {
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("http") }, "\(text)")
        #expect(line.contains("\(path)?token=shl_"))
        return try #require(line.split(separator: "=", maxSplits: 1).last.map(String.init))
    }

    @Test func aNoticeIsMailedWithALinkThatWorksAndIsSeenNowhereElse() async throws {
        let server = try await Server.start(home: home.path, ["--log-level", "trace"])
        let account = try await create("ada@example.com")
        let secret = try AccessSecret.load(home("secret"))
        try await publish("reset-password", to: account, link: MailLink(.resetPassword, for: account, at: .now, secret).text)
        let sent = try await mail("reset-password", "sent")
        let token = try token(in: text("Set a new password"), path: "/password")
        try MailLink.verify(token, for: account, at: .now, secret)

        try await publish("password-changed", to: account, link: "")
        _ = try await mail("password-changed", "sent")
        #expect(try !text("Your password was changed").contains("http"))

        // The token is in the mail, and in nothing else.
        let id = try #require(sent["id"] as? String)
        var shown = ""
        for arguments in [
            ["mail", "show", id], ["mail", "show", id, "-o", "json"], ["mail", "list"], ["mail", "list", "-o", "jsonl"],
            ["events", "tail", "--all", "--at-end", "--headers"], ["events", "tail", "--all", "--at-end", "-o", "jsonl"], ["events", "status"],
        ] {
            let outcome = try await shippy(arguments)
            #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
            shown += outcome.output + outcome.errors
        }
        let metrics = try await HTTP().get(server.ops, "/metrics", token: server.token()).body
        #expect(metrics.contains(#"shippy_consumer_lag{consumer="notices"} 0"#))
        #expect(metrics.contains(#"shippy_consumer_lag{consumer="notificator"} 0"#))
        try await server.stop()
        #expect(server.process.errors.contains("mail sent"))
        for text in [shown, metrics, server.process.errors, server.process.output] {
            #expect(!text.contains("shl_") && !text.contains(token.dropFirst(4)))
        }
        let database = try Data(contentsOf: URL(fileURLWithPath: home("shippy.db")))
        #expect(database.range(of: Data(token.dropFirst(4).utf8)) == nil)
    }

    @Test func aNoticeThatIsMalformedIsNotMailedAndALinkThatRanOutIsToldSo() async throws {
        let server = try await Server.start(home: home.path)
        let account = try await create("ada@example.com")
        let secret = try AccessSecret.load(home("secret"))
        try await publish("welcome", to: account, link: "")
        try await publish("reset-password", to: account, link: "nonsense")
        let late = MailLink(.resetPassword, for: account, at: .now - .seconds(3601), secret)
        try await publish("reset-password", to: account, link: late.text)
        let dead = try await mail("reset-password", "dead")
        #expect(dead["last_reply"] as? String == "not sent: the link ran out before the mail could be sent")
        try await eventually("the log tells both") {
            server.process.errors.contains("is not a template for notices") && server.process.errors.contains("the header Shippy-Link is malformed")
        }
        #expect(try await shippy(["mail", "list", "-o", "jsonl"]).objects().count == 2)
        try await server.stop()
    }

    @Test func aNewUserIsAskedToConfirmTheAddressIfThatIsSet() async throws {
        let server = try await Server.start(home: home.path, ["--confirm-addresses"])
        let account = try await create("ada@example.com")
        _ = try await mail("welcome", "sent")
        let token = try token(in: text("Welcome"), path: "/confirm")
        try MailLink.verify(token, for: account, at: .now, AccessSecret.load(home("secret")))
        try await server.stop()
    }
}
