import ArgumentParser
import ShippyCore
import TestSupport
import Testing

@testable import ShippyApp

/// What `mail list` and `mail show` print for people.
@Suite struct MailTableTests {
    private let now = Timestamp.now

    private func mail(_ state: Mail.State, to: String = "ada@example.com", attempts: Int = 1, reply: String = "", due: Duration? = nil) -> Mail {
        var mail = Samples.mail(to)
        mail.state = state
        mail.attempts = attempts
        mail.lastReply = reply
        mail.nextAttemptAt = due.map { now + $0 }
        mail.createdAt = now - .seconds(90)
        return mail
    }

    private func lines(_ mails: [Mail], width: Int?) -> [String] {
        let builder = Table.Builder()
        MailTable(width: width, now: now).fill(builder, mails)
        return builder.table.render(style: .plain, width: width).split(separator: "\n").map(String.init)
    }

    @Test func aTerminalOf80ColumnsShowsWhatHappenedAndWhatComesNext() {
        let mails = [
            mail(.sent, reply: "250 2.0.0 queued"), mail(.dead, reply: "cancelled by owner"), mail(.sending, attempts: 2),
            mail(.queued, attempts: 0, due: .seconds(-1)), mail(.queued, attempts: 2, reply: "451 later", due: .seconds(41)),
        ]
        let lines = lines(mails, width: 80)
        let expected = ["250 2.0.0 queued", "cancelled by owner", "try 2 is under way", "try 1 is due", "try 3 in 41s, 451 later"]
        #expect(lines[0].hasSuffix("LAST REPLY"))
        for (index, text) in expected.enumerated() {
            #expect(lines[index + 1].hasPrefix("\(mails[index].id.prefix(18))  "))
            #expect(lines[index + 1].hasSuffix("  1m ago  ada@example.com  \(text)"), "\(lines[index + 1])")
        }
    }

    @Test func noLineIsWiderThanTheTerminal() {
        let long = String(repeating: "very long ", count: 40)
        let mails = [
            mail(.queued, to: "\(String(repeating: "a", count: 64))@\(String(repeating: "b", count: 60)).com", reply: long, due: .seconds(3))
        ]
        #expect(lines(mails, width: 80).allSatisfy { $0.columns <= 80 })
        let whole = lines(mails, width: 160)
        #expect(whole.allSatisfy { $0.columns <= 160 } && whole[1].contains(mails[0].id))
        #expect(lines(mails, width: nil)[1].contains(mails[0].to.description), "a pipe gets everything")
    }

    /// What is shown distinguishes the mails, as far as anybody can see.
    @Test func mailsWithTheSameBeginningHaveWholeIDs() {
        var mails = [mail(.sent), mail(.sent)]
        for index in mails.indices { mails[index].id = "01a1fc02-23c5-7002-b642-b33377b8893\(index)" }
        #expect(lines(mails, width: 80)[2].hasPrefix(mails[1].id))
    }

    @Test func eachTryIsToldInALine() {
        let facts = AttemptFacts(
            server: "smtp.example.com:587", startedAt: Timestamp("2026-12-01T03:25:22.758Z")!, endedAt: Timestamp("2026-12-01T03:25:23.000Z")!)
        #expect(
            ShownMail.text(MailAttempt(number: 1, facts: facts, outcome: .deferred, reply: "451 greylisted"))
                == "2026-12-01T03:25:22Z smtp.example.com:587 deferred: 451 greylisted")
        #expect(ShownMail.text(MailAttempt(number: 2, facts: nil, outcome: .unknown, reply: "")).hasPrefix("no outcome was recorded"))
        // It never came to a server.
        let local = AttemptFacts(server: "", startedAt: facts.startedAt, endedAt: facts.endedAt)
        #expect(
            ShownMail.text(MailAttempt(number: 3, facts: local, outcome: .dead, reply: "not sent: the link ran out"))
                == "2026-12-01T03:25:22Z dead: not sent: the link ran out")
        // Recorded by an earlier release.
        #expect(ShownMail.text(MailAttempt(number: 4, facts: nil, outcome: .sent, reply: "250")) == "sent: 250")
    }

    @Test func theQuestionSaysHowManyAndWhich() async throws {
        func described(_ count: Int, _ words: [String]) async throws -> String {
            let command = try await MailRetryCommand.asyncParseAsRoot(words)
            return try #require(command as? MailRetryCommand).selection.described(count)
        }
        #expect(try await described(1, ["--state", "dead"]) == "1 dead mail")
        #expect(try await described(2, ["--state", "dead"]) == "2 dead mails")
        #expect(try await described(12, ["--state", "queued", "--to", "@example.com"]) == #"12 queued mails to "@example.com""#)
    }
}
