import Logging
import ServiceLifecycle
import ShippyCore
import ShippyNotificator
import ShippyStore
import Synchronization
import TestSupport
import Testing

/// A mailer that answers as it is told to, by the domain of the address.
private final class ScriptedMailer: Mailer {
    let concurrency = 4
    let summary = "scripted"
    private let attempts = Mutex<[String: Int]>([:])
    private let answer: @Sendable (OutgoingMail, Int) async -> DeliveryResult

    init(_ answer: @escaping @Sendable (OutgoingMail, Int) async -> DeliveryResult) {
        self.answer = answer
    }

    func attempts(_ to: String) -> Int { attempts.withLock { $0[to] ?? 0 } }

    func deliver(_ mail: OutgoingMail) async -> DeliveryResult {
        let attempt = attempts.withLock { attempts in
            attempts[mail.to, default: 0] += 1
            return attempts[mail.to]!
        }
        return await answer(mail, attempt)
    }

    func close() async {}
}

@Suite struct MailSenderTests {
    private func run(_ mailer: ScriptedMailer, _ mails: [Mail], until done: (SQLiteStore) async throws -> Bool) async throws {
        let directory = try TemporaryDirectory()
        let store = try SQLiteStore(path: directory("store.db"))
        _ = try await store.enqueue(mails)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let sender = MailSender(
            queue: store, mailer: mailer, renderer: try MailRenderer(directory: nil, sender: EmailAddress("shippy@example.org")),
            options: .init(maxAttempts: 3, backoff: Backoff(base: .milliseconds(20), cap: .milliseconds(40))), logger: logger)
        let group = ServiceGroup(services: [sender], logger: logger)
        let task = Task { try await group.run() }
        try await eventually("the queue is worked") { try await done(store) }
        await group.triggerGracefulShutdown()
        try await task.value
        // Nothing is left in the hands of a sender that has ended.
        #expect(try await store.mailCounts()[.sending] ?? 0 == 0)
        await store.close()
    }

    @Test func sendsEachOnce() async throws {
        let mailer = ScriptedMailer { _, _ in .accepted(reply: "250 ok") }
        try await run(mailer, (0..<300).map { Samples.mail("u\($0)@example.com") }) { try await $0.mailCounts()[.sent] == 300 }
        for number in 0..<300 { #expect(mailer.attempts("u\(number)@example.com") == 1) }
    }

    @Test func triesAgainAndGivesUpAtTheCap() async throws {
        let mailer = ScriptedMailer { mail, attempt in
            if mail.to.hasPrefix("never") || attempt == 1 { return .deferred(reply: "451 later") }
            return .accepted(reply: "250 ok")
        }
        try await run(mailer, [Samples.mail("never@example.com"), Samples.mail("second@example.com")]) { store in
            let counts = try await store.mailCounts()
            return counts[.dead] == 1 && counts[.sent] == 1
        }
        #expect(mailer.attempts("never@example.com") == 3)
        #expect(mailer.attempts("second@example.com") == 2)
    }

    @Test func aRefusalIsFinalAtOnce() async throws {
        let mailer = ScriptedMailer { _, _ in .refused(reply: "550 no such user") }
        let mail = Samples.mail()
        try await run(mailer, [mail]) { store in
            let now = try await store.mail(id: mail.id)
            return now?.state == .dead && now?.lastReply == "550 no such user"
        }
        #expect(mailer.attempts(mail.to) == 1)
    }

    @Test func aTarpitHoldsUpNobodyElse() async throws {
        let mailer = ScriptedMailer { mail, _ in
            guard mail.to.hasSuffix("@tarpit.example") else { return .accepted(reply: "250 ok") }
            try? await Task.sleep(for: .seconds(2))
            return .timedOut(reply: "no answer")
        }
        let slow = (0..<100).map { Samples.mail("u\($0)@tarpit.example", due: .now - .seconds(60)) }
        let others = (0..<50).map { Samples.mail("u\($0)@example.com") }
        let start = ContinuousClock.now
        try await run(mailer, slow + others) { try await $0.mailCounts()[.sent] == 50 }
        // One after another, the mails of the tarpit alone would take 50 s over four connections.
        #expect(start.duration(to: .now) < .seconds(20))
    }

    @Test func aMailThatCannotBeRenderedIsDead() async throws {
        let mail = Samples.mail("a@b\r\nBcc: x@y")
        try await run(ScriptedMailer { _, _ in .accepted(reply: "250") }, [mail]) { try await $0.mail(id: mail.id)?.state == .dead }
    }
}
