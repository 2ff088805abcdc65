import ShippyCore
import TestSupport
import Testing

@testable import ShippyNotificator

@Suite struct HeldMailsTests {
    private func mails(_ count: Int, _ domain: String) -> [Mail] { (0..<count).map { Samples.mail("u\($0)@\(domain)") } }

    private func start(_ held: inout HeldMails) throws -> Mail {
        let mail = held.startNext()
        return try #require(mail)
    }

    @Test func noDomainHoldsAllConnections() {
        var held = HeldMails(capacity: 100, concurrency: 4)
        held.add(mails(10, "slow.example") + mails(1, "other.example"))
        let started = (0..<4).compactMap { _ in held.startNext() }
        #expect(started.map(\.domain) == ["slow.example", "slow.example", "slow.example", "other.example"])
        #expect(held.startNext() == nil)
    }

    @Test func aSlowDomainIsOnProbationUntilItAnswers() throws {
        var held = HeldMails(capacity: 100, concurrency: 4)
        held.add(mails(10, "slow.example"))
        let first = try start(&held)
        let surplus = held.finish(first, .retry(at: .now, reply: "timed out"), timedOut: true)
        #expect(surplus.count == 9)
        #expect(held.claimLimits["slow.example"] == 1)
        held.add(mails(3, "slow.example"))
        let probe = try start(&held)
        #expect(held.startNext() == nil)
        #expect(held.finish(probe, .sent(reply: "250"), timedOut: false).isEmpty)
        #expect(held.startNext() != nil)
        #expect(held.startNext() != nil)
    }

    @Test func roomIsTakenUntilTheOutcomeIsWritten() throws {
        var held = HeldMails(capacity: 10, concurrency: 4)
        held.add(mails(4, "a.example"))
        #expect(held.room == 6)
        let mail = try start(&held)
        _ = held.finish(mail, .sent(reply: "250"), timedOut: false)
        let finished = held.takeFinished()
        #expect(held.room == 6)
        #expect(held.ids.contains(mail.id))
        held.settled(finished)
        #expect(held.room == 7)
        #expect(held.takeWaiting().count == 3)
        #expect(held.isIdle)
    }
}
