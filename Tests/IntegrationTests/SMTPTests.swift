import Foundation
import Glibc
import TestSupport
import Testing

/// Mail over a real connection, to a server that misbehaves.
@Suite struct SMTPTests {
    private let home: TemporaryDirectory

    init() throws {
        home = try TemporaryDirectory()
    }

    private func shippy(_ arguments: String...) async throws -> Outcome {
        try await ShippyBinary.run(arguments, home: home.path)
    }

    private func up(_ mailer: String, _ arguments: String...) async throws -> Server {
        try await Server.start(
            home: home.path,
            ["--mailer", mailer, "--smtp-deadline", "2s", "--mail-backoff", "100ms", "--mail-backoff-max", "200ms", "--mail-attempts", "3"]
                + arguments)
    }

    private func mail(_ to: String) async throws -> [String: Any]? {
        try await shippy("mail", "list", "-o", "jsonl").objects().first { $0["to"] as? String == to }
    }

    @Test func eachAnswerHasItsConsequence() async throws {
        let smtp = try await SMTPServer.start()
        let server = try await up("smtp://127.0.0.1:\(smtp.port)?tls=none", "--smtp-connections", "4")
        let addresses = ["later@a.example", "never@b.example", "cut@c.example", "ok@d.example"] + (0..<10).map { "tarpit\($0)@slow.example" }
        for address in addresses { #expect(try await HTTP().post(server.users, "/create", #"{"email":"\#(address)"}"#).status == 200) }

        try await eventually("a good one is taken while others hang") { try await mail("ok@d.example")?["state"] as? String == "sent" }
        try await eventually("a 5xx is final") { try await mail("never@b.example")?["state"] as? String == "dead" }
        #expect(try await mail("never@b.example")?["attempts"] as? Int == 1)
        #expect((try await mail("never@b.example")?["last_reply"] as? String)?.contains("550 5.1.1 no such user") == true)
        try await eventually("a 4xx is given up at the cap") { try await mail("later@a.example")?["state"] as? String == "dead" }
        #expect(try await mail("later@a.example")?["attempts"] as? Int == 3)
        #expect((try await mail("later@a.example")?["last_reply"] as? String)?.contains("451") == true)
        try await eventually("a cut one is sent again") { try await mail("cut@c.example")?["state"] as? String == "sent" }

        let copies = smtp.messages.filter { $0.contains("cut@c.example") }
        #expect(copies.count == 2)
        #expect(Set(copies.map { $0.components(separatedBy: "\r\n").first { $0.hasPrefix("Message-ID") } }).count == 1)
        #expect(smtp.messages.count { $0.contains("ok@d.example") } == 1)
        try await server.stop()
        try await smtp.stop()
    }

    /// libcurl says QUIT when nobody waits for a mail any more, and hands the answer to whatever it was told last. Freed memory is
    /// filled here, so that whoever uses it does not get away with it.
    @Test func anAnswerToTheFarewellHarmsNothing() async throws {
        let smtp = try await SMTPServer.start(["--quit", "500 what"])
        let server = try await Server.start(
            home: home.path, ["--mailer", "smtp://127.0.0.1:\(smtp.port)?tls=none"], environment: ["MALLOC_PERTURB_": "165"])
        for number in 0..<20 {
            #expect(try await HTTP().post(server.users, "/create", #"{"email":"u\#(number)@d\#(number).example"}"#).status == 200)
        }
        try await eventually("they are sent") { smtp.messages.count == 20 }
        try await server.stop()
        #expect(smtp.transcript.contains("QUIT"))
        try await smtp.stop()
    }

    /// The server has the mail, and may have accepted it: giving up now would send it again.
    @Test func aSlowAnswerToTheWholeMessageIsWaitedFor() async throws {
        let smtp = try await SMTPServer.start()
        let server = try await up("smtp://127.0.0.1:\(smtp.port)?tls=none")
        #expect(try await HTTP().post(server.users, "/create", #"{"email":"slow@d.example"}"#).status == 200)
        try await eventually("it is sent") { try await mail("slow@d.example")?["state"] as? String == "sent" }
        #expect(try await mail("slow@d.example")?["attempts"] as? Int == 1)
        #expect(smtp.messages.count { $0.contains("slow@d.example") } == 1)
        try await server.stop()
        try await smtp.stop()
    }

    /// One wrong setting must not make a dead letter of every mail in the queue.
    @Test(arguments: [
        (["--greeting", "554 no service here"], "554 no service here"), (["--ehlo", "550 go away"], "550 go away"),
        (["--mail", "530 5.7.0 Authentication required"], "530 5.7.0"), (["--mail", "550 5.1.8 sender refused"], "550 5.1.8"),
        (["--data", "554 5.5.1 not now"], "554 5.5.1"),
    ])
    func aRefusalOfTheSessionKeepsTheMail(arguments: [String], reply: String) async throws {
        let smtp = try await SMTPServer.start(arguments)
        let outcome = try await ShippyBinary.run(
            ["mail", "test", "ada@example.com", "-o", "json", "--mailer", "smtp://127.0.0.1:\(smtp.port)?tls=none"], home: home.path)
        #expect(outcome.status == 1, "\(outcome.errors)")
        let mail = try #require(try outcome.objects().first)
        #expect(mail["state"] as? String == "queued")
        #expect(mail["attempts"] as? Int == 1)
        #expect((mail["last_reply"] as? String)?.contains(reply) == true, "\(mail)")
        try await smtp.stop()
    }

    @Test func aRefusedLoginKeepsTheMailAndShowsNoPassword() async throws {
        let pair = try await Certificate.make(name: "localhost", in: home)
        let smtp = try await SMTPServer.start(["--tls", "starttls", "--auth", "535 5.7.8 authentication failed"] + pair.arguments)
        let outcome = try await ShippyBinary.run(
            ["mail", "test", "ada@example.com", "-o", "json", "--log-level", "trace"], home: home.path,
            environment: ["SHIPPY_MAILER": "smtp://ada:canary@localhost:\(smtp.port)?ca=\(pair.path)"])
        let mail = try #require(try outcome.objects().first)
        #expect(mail["state"] as? String == "queued")
        #expect((mail["last_reply"] as? String)?.contains("535 5.7.8 authentication failed") == true, "\(mail)")
        // As it is, and as the login sends it.
        for secret in ["canary", Data("canary".utf8).base64EncodedString(), Data("\0ada\0canary".utf8).base64EncodedString()] {
            #expect(!(outcome.output + outcome.errors).contains(secret))
        }
        try await smtp.stop()
    }

    @Test func onlyARefusalOfTheRecipientOrTheMessageIsForGood() async throws {
        let smtp = try await SMTPServer.start()
        for (address, state) in [
            ("never@b.example", "dead"), ("spam@b.example", "dead"), ("relay@b.example", "queued"), ("later@b.example", "queued"),
        ] {
            let outcome = try await shippy("mail", "test", address, "-o", "json", "--mailer", "smtp://127.0.0.1:\(smtp.port)?tls=none")
            #expect(try outcome.objects().first?["state"] as? String == state, "\(address): \(outcome.output) \(outcome.errors)")
        }
        try await smtp.stop()
    }

    @Test func aServerThatIsAwayIsWaitedFor() async throws {
        let probe = try await SMTPServer.start()
        let port = probe.port
        try await probe.stop()
        let server = try await Server.start(
            home: home.path,
            ["--mailer", "smtp://127.0.0.1:\(port)?tls=none", "--mail-backoff", "100ms", "--mail-backoff-max", "300ms", "--mail-attempts", "1000"])
        #expect(try await HTTP().post(server.users, "/create", #"{"email":"ada@example.com"}"#).status == 200)
        try await eventually("it is tried in vain") { (try await mail("ada@example.com")?["attempts"] as? Int ?? 0) >= 2 }
        #expect(try await mail("ada@example.com")?["state"] as? String != "dead")
        let smtp = try await SMTPServer.start(port: port)
        try await eventually("it is sent") { smtp.messages.count == 1 }
        try await server.stop()
        try await smtp.stop()
    }

    @Test func aDeadLetterCanBeTriedAgain() async throws {
        let smtp = try await SMTPServer.start()
        let server = try await up("smtp://127.0.0.1:\(smtp.port)?tls=none")
        #expect(try await HTTP().post(server.users, "/create", #"{"email":"never@b.example"}"#).status == 200)
        let dead = try await eventually("it is dead") {
            let mail = try await mail("never@b.example")
            return mail?["state"] as? String == "dead" ? mail : nil
        }
        try await server.stop()
        let folder = try await Server.start(home: home.path)
        #expect(try await shippy("mail", "retry", dead["id"] as? String ?? "").status == 0)
        try await eventually("it is sent") { try await mail("never@b.example")?["state"] as? String == "sent" }
        #expect(try await shippy("mail", "retry", dead["id"] as? String ?? "").status == 65)
        try await folder.stop()
        try await smtp.stop()
    }

    @Test func onlyAnEncryptedAndKnownServerGetsMail() async throws {
        let pair = try await Certificate.make(name: "localhost", in: home)
        let other = try await Certificate.make(name: "other.example", in: home)
        let expired = try await Certificate.make(name: "localhost", days: -1, in: home)
        // What is trusted, what the server shows, and whether the mail may go.
        let cases: [(server: [String], url: (Int) -> String, isSent: Bool)] = [
            (["--tls", "starttls"] + pair.arguments, { "smtp://u:p@localhost:\($0)?ca=\(pair.path)" }, true),
            (["--tls", "implicit"] + pair.arguments, { "smtps://u:p@localhost:\($0)?ca=\(pair.path)" }, true),
            (["--tls", "none"], { "smtp://u:p@localhost:\($0)?ca=\(pair.path)" }, false),
            (["--tls", "starttls"] + pair.arguments, { "smtp://u:p@localhost:\($0)" }, false),
            (["--tls", "starttls"] + other.arguments, { "smtp://u:p@localhost:\($0)?ca=\(other.path)" }, false),
            (["--tls", "starttls"] + expired.arguments, { "smtp://u:p@localhost:\($0)?ca=\(expired.path)" }, false),
        ]
        for (index, test) in cases.enumerated() {
            let smtp = try await SMTPServer.start(test.server)
            let home = try TemporaryDirectory()
            let outcome = try await ShippyBinary.run(
                ["mail", "test", "ada@example.com", "-o", "json"], home: home.path, environment: ["SHIPPY_MAILER": test.url(smtp.port)])
            #expect((outcome.status == 0) == test.isSent, "case \(index): \(outcome.output) \(outcome.errors)")
            // A handshake that fails is no refusal of the mail.
            #expect(try outcome.objects().first?["state"] as? String == (test.isSent ? "sent" : "queued"), "case \(index): \(outcome.output)")
            #expect(smtp.messages.count == (test.isSent ? 1 : 0), "case \(index)")
            #expect(smtp.transcript.contains("AUTH") == test.isSent, "case \(index)")
            try await smtp.stop()
        }
    }
}
