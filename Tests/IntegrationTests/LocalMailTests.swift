import Foundation
import Glibc
import TestSupport
import Testing

/// Mails of a command that runs the services inside itself.
@Suite struct LocalMailTests {
    @Test func aCommandSendsNoMailButItsOwn() async throws {
        let home = try TemporaryDirectory()
        func shippy(_ arguments: String...) async throws -> Outcome { try await ShippyBinary.run(arguments, home: home.path) }

        // Nothing listens there: the mail stays in the queue, and is due again at once.
        #expect(try await shippy("user", "create", "ada@example.com", "--mailer", "smtp://127.0.0.1:1?tls=none").status == 0)
        let waiting = try #require(try await shippy("mail", "list", "-o", "jsonl").objects().first)
        #expect(waiting["state"] as? String == "queued")
        #expect(try await shippy("mail", "retry", try #require(waiting["id"] as? String)).status == 0)

        #expect(try await shippy("user", "create", "bob@example.com", "--mailer", "maildir:\(home("here"))").status == 0)
        let files = try FileManager.default.contentsOfDirectory(atPath: home("here/new"))
        #expect(files.count == 1)
        #expect(try String(contentsOfFile: home("here/new/\(files.first ?? "")"), encoding: .utf8).contains("bob@example.com"))
        let states = try await shippy("mail", "list", "-o", "jsonl").objects().reduce(into: [String: String]()) { states, mail in
            states[mail["to"] as? String ?? ""] = mail["state"] as? String
        }
        #expect(states == ["ada@example.com": "queued", "bob@example.com": "sent"])
    }

    /// It is registered until its lease ends.
    @Test func aTestMailPassesOverANotificatorThatDied() async throws {
        let home = try TemporaryDirectory()
        let server = try await Server.start(home: home.path, ["--registry-ttl", "120s"])
        try await server.stop(SIGKILL)
        let outcome = try await ShippyBinary.run(["mail", "test", "ada@example.com"], home: home.path)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("runs the services itself"))
    }

    /// The running notificator has its own mailer: a mail that it sends says nothing about another one.
    @Test func aMailerThatWouldNotBeUsedIsRefused() async throws {
        let home = try TemporaryDirectory()
        let server = try await Server.start(home: home.path)
        let refused = try await ShippyBinary.run(["mail", "test", "ada@example.com", "--mailer", "smtp://127.0.0.1:1"], home: home.path)
        #expect(refused.status == 64)
        #expect(refused.errors.contains("--mailer has no effect while a notificator is running"), "\(refused.errors)")
        #expect(try await ShippyBinary.run(["mail", "list", "-o", "jsonl"], home: home.path).output.isEmpty)
        #expect(try await ShippyBinary.run(["mail", "test", "ada@example.com"], home: home.path).status == 0)
        try await server.stop()
    }
}
