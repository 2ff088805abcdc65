import EmbeddedEngines
import Foundation
import Logging
import ServiceLifecycle
import ShippyAccess
import ShippyCore
import Synchronization
import TestSupport
import Testing

@testable import ShippyNotificator

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

    func deliver(_ mail: OutgoingMail, while isOurs: @escaping @Sendable () -> Bool) async -> DeliveryResult {
        let attempt = attempts.withLock { attempts in
            attempts[mail.to.description, default: 0] += 1
            return attempts[mail.to.description]!
        }
        return await answer(mail, attempt)
    }

    func close() async {}
}

@Suite struct MailSenderTests {
    private func run(
        _ mailer: ScriptedMailer, _ mails: [Mail], links: MailLinks = .forTests(), until done: (SQLiteStore) async throws -> Bool
    ) async throws {
        let directory = try TemporaryDirectory()
        let store = try SQLiteStore(path: directory("store.db"))
        _ = try await store.enqueue(mails)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let sender = MailSender(
            queue: store, mailer: mailer, renderer: try MailRenderer(directory: nil, sender: EmailAddress("shippy@example.org")),
            links: links,
            options: .init(policy: SendingPolicy(maxAttempts: 3, backoff: Backoff(base: .milliseconds(20), cap: .milliseconds(40)))),
            logger: logger)
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
            if mail.to.description.hasPrefix("never") || attempt == 1 { return .deferred(reply: "451 later") }
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
        #expect(mailer.attempts(mail.to.description) == 1)
    }

    @Test func aTarpitHoldsUpNobodyElse() async throws {
        let mailer = ScriptedMailer { mail, _ in
            guard mail.to.domain == "tarpit.example" else { return .accepted(reply: "250 ok") }
            try? await Task.sleep(for: .seconds(2))
            return .timedOut(reply: "no answer")
        }
        // One after another, the mails of the tarpit alone would take 150 s over four connections.
        let slow = (0..<300).map { Samples.mail("u\($0)@tarpit.example", due: .now - .seconds(60)) }
        let others = (0..<50).map { Samples.mail("u\($0)@example.com") }
        try await run(mailer, slow + others) { try await $0.mailCounts()[.sent] == 50 }
    }

    @Test func aMailThatCannotBeRenderedIsDead() async throws {
        let mail = Samples.mail("a@b\r\nBcc: x@y")
        try await run(ScriptedMailer { _, _ in .accepted(reply: "250") }, [mail]) { try await $0.mail(id: mail.id)?.state == .dead }
    }

    private func mailWithLink(expiredSince age: Duration) -> Mail {
        var mail = Samples.mail()
        mail.template = .resetPassword
        let account = Account(user: Samples.user(), role: .user, isDisabled: false, passwordHash: nil, revision: 1)
        mail.link = MailLink(.resetPassword, for: account, at: .now - MailLink.lifetime - age, .ofTests).text
        return mail
    }

    @Test func aMailWhoseLinkRanOutIsDeadAndNotSent() async throws {
        let mail = mailWithLink(expiredSince: .seconds(1))
        let mailer = ScriptedMailer { _, _ in .accepted(reply: "250 ok") }
        try await run(mailer, [mail]) { store in
            let now = try await store.mail(id: mail.id)
            return now?.state == .dead && now?.lastReply == "not sent: the link ran out before the mail could be sent"
        }
        #expect(mailer.attempts(mail.to.description) == 0)
    }

    /// As a filter of spam does that names what it does not like.
    @Test(arguments: [true, false])
    func aServerThatQuotesTheMailDoesNotSpreadTheToken(isFinal: Bool) async throws {
        let mail = mailWithLink(expiredSince: .seconds(-600))
        let url = try await MailLinks.forTests().link(for: mail, at: .now)?.url ?? ""
        let token = try #require(url.split(separator: "=", maxSplits: 1).last)
        let reply = "554 suspicious link \(url) in your mail"
        let mailer = ScriptedMailer { _, _ in isFinal ? .refused(reply: reply) : .deferred(reply: reply) }
        try await run(mailer, [mail]) { store in
            let now = try #require(try await store.mail(id: mail.id))
            let attempts = try await store.attempts(of: mail.id)
            for reply in [now.lastReply] + attempts.map(\.reply) { #expect(!reply.contains(token.dropFirst(4).prefix(20)), "\(reply)") }
            guard now.state == .dead else { return false }
            #expect(attempts.count == (isFinal ? 1 : 3) && attempts.allSatisfy { $0.facts?.server == "scripted" && !$0.reply.isEmpty })
            return now.state == .dead && now.lastReply.contains("554 suspicious link https://accounts.example.org/")
        }
    }

    @Test func aMailWaitsForTheSecretOfItsLink() async throws {
        let mail = mailWithLink(expiredSince: .seconds(-600))
        let asked = Mutex(0)
        let links = MailLinks.forTests {
            let count = asked.withLock { asked in
                asked += 1
                return asked
            }
            guard count > 1 else { throw ShippyError(.denied, "another secret") }
            return .ofTests
        }
        let replies = Mutex<[String]>([])
        let mailer = ScriptedMailer { _, _ in .accepted(reply: "250 ok") }
        try await run(mailer, [mail], links: links) { store in
            guard let now = try await store.mail(id: mail.id) else { return false }
            if now.state == .queued, !now.lastReply.isEmpty { replies.withLock { $0.append(now.lastReply) } }
            return now.state == .sent && now.attempts == 2
        }
        #expect(replies.withLock { $0 }.allSatisfy { $0 == "not sent: cannot make the mail's link: another secret" })
        #expect(mailer.attempts(mail.to.description) == 1)
    }

    /// A sender on a queue that does as it is told, until `done`.
    private func run(_ queue: ScriptedQueue, _ mailer: ScriptedMailer, clock: SteadyClock = .system, until done: () -> Bool) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let sender = MailSender(
            queue: queue, mailer: mailer, renderer: try MailRenderer(directory: nil, sender: EmailAddress("shippy@example.org")),
            links: .forTests(),
            options: .init(onlyRequest: "request-1"), clock: clock, logger: logger)
        let group = ServiceGroup(services: [sender], logger: logger)
        let task = Task { try await group.run() }
        try await eventually("the queue is worked", within: .seconds(20)) { done() }
        await group.triggerGracefulShutdown()
        try await task.value
    }

    @Test func anOutcomeIsRecordedHoweverOftenThatFails() async throws {
        let mail = Samples.mail()
        let queue = ScriptedQueue([mail], failingSettles: 3)
        let mailer = ScriptedMailer { _, _ in .accepted(reply: "250 ok") }
        try await run(queue, mailer) { queue.settled == [MailLease(mailID: mail.id, fence: 1)] }
        #expect(queue.settles == 4)
        #expect(mailer.attempts(mail.to.description) == 1)
        #expect(queue.claims.allSatisfy { $0.lease == .seconds(20) && $0.requestID == "request-1" })
    }

    /// Mails of a domain that may have no more are due and cannot be claimed: asking for them again and again helps nobody.
    @Test func aFullDomainIsNotAskedFor() async throws {
        let (first, second) = (Samples.mail("a@slow.example"), Samples.mail("b@slow.example"))
        let queue = ScriptedQueue([first], later: [second])
        let mailer = ScriptedMailer { mail, _ in
            if mail.to == first.to { return .timedOut(reply: "no answer") }
            try? await eventually("the queue is asked for other mails") { queue.looks.contains(["slow.example"]) }
            return .accepted(reply: "250 ok")
        }
        try await run(queue, mailer) { queue.settled.count == 2 }
        #expect(queue.looks.contains(["slow.example"]))
    }

    @Test func leasesAreRenewedWhileAMailIsTried() async throws {
        let mail = Samples.mail()
        let queue = ScriptedQueue([mail])
        let isDone = Mutex(false)
        let mailer = ScriptedMailer { _, _ in
            while !isDone.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(5)) }
            return .accepted(reply: "250 ok")
        }
        // A second passes with each look of the sender at its leases.
        let now = Mutex(ContinuousClock.now)
        let clock = SteadyClock(now: { now.withLock { $0 } }) { wait in
            now.withLock { $0 += wait }
            try? await Task.sleep(for: .milliseconds(2))
        }
        try await run(queue, mailer, clock: clock) {
            guard queue.extensions.count >= 3 else { return false }
            isDone.withLock { $0 = true }
            return queue.settled.count == 1
        }
        #expect(queue.extensions.allSatisfy { $0 == .seconds(20) })
    }

    @Test func aMailerIsToldWhenTheMailIsNoLongerOurs() async throws {
        let mail = Samples.mail()
        let queue = ScriptedQueue([mail], losesLeases: true)
        let now = Mutex(ContinuousClock.now)
        let clock = SteadyClock(now: { now.withLock { $0 } }) { wait in
            now.withLock { $0 += wait }
            try? await Task.sleep(for: .milliseconds(2))
        }
        let directory = try TemporaryDirectory()
        let maildir = try MaildirMailer(directory: directory("mail"))
        let mailer = SlowMailer(maildir) { !queue.extensions.isEmpty }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let sender = MailSender(
            queue: queue, mailer: mailer, renderer: try MailRenderer(directory: nil, sender: EmailAddress("shippy@example.org")),
            links: .forTests(),
            options: .init(), clock: clock, logger: logger)
        let group = ServiceGroup(services: [sender], logger: logger)
        let task = Task { try await group.run() }
        try await eventually("the mail is given back", within: .seconds(20)) { queue.released == [MailLease(mailID: mail.id, fence: 1)] }
        await group.triggerGracefulShutdown()
        try await task.value
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory("mail/new")).isEmpty)
        #expect(queue.settles == 0)
        await maildir.close()
    }
}

/// Hands on to another mailer once something has happened.
private final class SlowMailer: Mailer {
    let concurrency = 1
    let summary = "slow"
    private let mailer: any Mailer
    private let mayGoOn: @Sendable () -> Bool

    init(_ mailer: any Mailer, after mayGoOn: @escaping @Sendable () -> Bool) {
        self.mailer = mailer
        self.mayGoOn = mayGoOn
    }

    func deliver(_ mail: OutgoingMail, while isOurs: @escaping @Sendable () -> Bool) async -> DeliveryResult {
        while isOurs() || !mayGoOn() { try? await Task.sleep(for: .milliseconds(5)) }
        return await mailer.deliver(mail, while: isOurs)
    }

    func close() async {}
}
