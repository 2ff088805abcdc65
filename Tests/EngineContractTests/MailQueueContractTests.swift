import PostgresEngine
import ShippyCore
import TestSupport
import Testing

@Suite struct MailQueueContractTests {
    private func claim(
        _ store: any Store, limit: Int = 100, owner: String = "a", lease: Duration = .seconds(30), limits: [String: Int] = [:], each: Int = 100
    ) async throws -> [ClaimedMail] {
        try await store.claimMails(limit: limit, owner: owner, lease: lease, domainLimits: limits, defaultDomainLimit: each)
    }

    @Test(arguments: StoreUnderTest.allCases)
    func oneMailForEachEvent(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let first = Samples.mail(eventID: "e1")
            let outcomes = try await store.enqueue([first, Samples.mail(eventID: "e1"), Samples.mail(eventID: "e2"), Samples.mail(eventID: nil)])
            #expect(outcomes.map(\.isNew) == [true, false, true, true])
            #expect(outcomes[1].id == first.id)
            #expect(try await store.mail(id: first.id)?.eventID == "e1")
            #expect(try await store.mailCounts()[.queued] == 3)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func pagesFollowEachOtherBackwards(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let ids = try await store.enqueue((0..<25).map { Samples.mail(eventID: "e\($0)") }).map(\.id).sorted()
            let dead = try await claim(store, limit: 3)
            _ = try await store.settle(dead.map { ($0.lease, .dead(reply: "550 no")) })
            var seen: [String] = []
            while true {
                let page = try await store.mails(state: nil, before: seen.last, limit: 10)
                if page.isEmpty { break }
                seen += page.map(\.id)
            }
            #expect(seen == ids.reversed())
            let given = dead.map(\.mail.id).sorted()
            #expect(try await store.mails(state: .dead, before: nil, limit: 2).map(\.id) == Array(given.reversed().prefix(2)))
            #expect(try await store.mails(state: .dead, before: given[1], limit: 2).map(\.id) == [given[0]])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aMailKeepsItsTemplateAndItsLink(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let mails = Mail.Template.allCases.map { template in
                var mail = Samples.mail("\(template.rawValue)@example.com")
                mail.template = template
                mail.link = template == .resetPassword ? "AbC-_9" : ""
                return mail
            }
            _ = try await store.enqueue(mails)
            for mail in mails {
                let stored = try #require(try await store.mail(id: mail.id))
                #expect(stored.template == mail.template && stored.link == mail.link)
            }
            #expect(try await store.mails(state: nil, after: nil, limit: 100).map(\.link) == mails.map(\.link))
            let claimed = try await claim(store)
            let links = claimed.reduce(into: [String: String]()) { $0[$1.mail.id] = $1.mail.link }
            #expect(links == mails.reduce(into: [:]) { $0[$1.id] = $1.link })
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aClaimedMailIsNobodyElses(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            _ = try await store.enqueue([Samples.mail(), Samples.mail()])
            let mails = try await claim(store)
            #expect(mails.map(\.mail.state) == [.sending, .sending])
            #expect(mails.map(\.mail.attempts) == [1, 1])
            #expect(mails.allSatisfy { $0.lease == MailLease(mailID: $0.mail.id, fence: $0.lease.fence) })
            #expect(try await claim(store, owner: "b").isEmpty)
            let refused = try await store.settle([(mails[0].lease, .sent(reply: "250 ok")), (mails[1].lease, .dead(reply: "550 no"))])
            #expect(refused.isEmpty)
            #expect(try await store.mail(id: mails[0].mail.id)?.state == .sent)
            #expect(try await store.mail(id: mails[1].mail.id)?.lastReply == "550 no")
            #expect(try await store.mailCounts() == [.sent: 1, .dead: 1])
        }
    }

    /// A mail whose first sender stood still for longer than its lease, and the leases of both.
    private func withOvertakenMail(
        _ engine: StoreUnderTest, _ body: (any Store, _ old: MailLease, _ new: MailLease) async throws -> Void
    ) async throws {
        try await engine.with { store in
            _ = try await store.enqueue([Samples.mail()])
            let old = try await claim(store, owner: "dead", lease: .milliseconds(100))
            let new = try await eventually("the lease ends") {
                let mails = try await claim(store, owner: "b")
                return mails.isEmpty ? nil : mails
            }
            #expect(new.map(\.mail.id) == old.map(\.mail.id))
            #expect(new[0].mail.attempts == 2)
            #expect(new[0].lease.fence > old[0].lease.fence)
            try await body(store, old[0].lease, new[0].lease)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func anOutcomeUnderAnOlderFenceIsRefused(engine: StoreUnderTest) async throws {
        try await withOvertakenMail(engine) { (store, old, new) async throws -> Void in
            for outcome in [MailOutcome.sent(reply: "250"), .retry(after: .zero, reply: "451"), .dead(reply: "550")] {
                #expect(try await store.settle([(old, outcome)]) == [old.mailID])
                #expect(try await store.mail(id: old.mailID)?.state == .sending)
            }
            #expect(try await store.mailCounts() == [.sending: 1])
            #expect(try await store.settle([(new, .sent(reply: "250 second"))]).isEmpty)
            #expect(try await store.settle([(old, .dead(reply: "550 late"))]) == [old.mailID])
            #expect(try await store.mail(id: old.mailID)?.lastReply == "250 second")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func anOlderFenceNeitherExtendsNorReleases(engine: StoreUnderTest) async throws {
        try await withOvertakenMail(engine) { (store, old, new) async throws -> Void in
            #expect(try await store.extend([old], by: .milliseconds(1)).isEmpty)
            try await store.release([old])
            let mail = try #require(try await store.mail(id: old.mailID))
            #expect(mail.state == .sending)
            #expect(mail.attempts == 2)
            #expect(try await claim(store, owner: "c").isEmpty)
            #expect(try await store.extend([old, new], by: .seconds(60)) == [new.mailID])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aLateOutcomeIsRecordedWhileNobodyElseHasClaimed(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            _ = try await store.enqueue([Samples.mail()])
            let held = try await claim(store, lease: .milliseconds(1))
            try await eventually("the lease ends") { try await store.nextMailDue() ?? .seconds(1) <= .zero }
            #expect(try await store.settle([(held[0].lease, .sent(reply: "250"))]).isEmpty)
            // The answer to the first one may have been lost.
            #expect(try await store.settle([(held[0].lease, .sent(reply: "250 again"))]).isEmpty)
            #expect(try await store.mail(id: held[0].mail.id)?.lastReply == "250")
            #expect(try await store.mailCounts() == [.sent: 1])
            #expect(try await claim(store, owner: "b").isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aRenewedLeaseHolds(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            _ = try await store.enqueue([Samples.mail()])
            let held = try await claim(store, lease: .milliseconds(1))
            try await eventually("the lease ends") { try await store.nextMailDue() ?? .seconds(1) <= .zero }
            #expect(try await store.extend(held.map(\.lease), by: .seconds(60)) == [held[0].mail.id])
            #expect(try await claim(store, owner: "b").isEmpty)
            let left = try #require(try await store.nextMailDue())
            #expect(left > .seconds(30) && left <= .seconds(60))
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aReleasedMailWasNotTried(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            _ = try await store.enqueue([Samples.mail()])
            let held = try await claim(store)
            try await store.release(held.map(\.lease))
            let again = try await claim(store, owner: "b")
            #expect(again.map(\.mail.attempts) == [1])
            #expect(again[0].lease.fence > held[0].lease.fence)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aMailIsNotDueBeforeItsTime(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let later = Timestamp.now + .seconds(3600)
            let mail = Samples.mail(due: later)
            _ = try await store.enqueue([mail])
            #expect(try await claim(store).isEmpty)
            let left = try #require(try await store.nextMailDue())
            #expect(left > .seconds(3500) && left <= .seconds(3600))
            let shown = try #require(try await store.mail(id: mail.id)?.nextAttemptAt)
            #expect(abs((shown - later).seconds) < 5)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aRetriedMailWaitsForItsBackoff(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            _ = try await store.enqueue([Samples.mail()])
            #expect(try await store.activeMailCount() == 1)
            let held = try await claim(store)
            #expect(try await store.activeMailCount() == 1)
            _ = try await store.settle([(held[0].lease, .retry(after: .seconds(600), reply: "451 later"))])
            let mail = try #require(try await store.mail(id: held[0].mail.id))
            #expect(mail.state == .queued)
            let shown = try #require(mail.nextAttemptAt)
            #expect(abs((shown - (.now + .seconds(600))).seconds) < 60)
            #expect(try await store.activeMailCount() == 0)
            #expect(try await claim(store).isEmpty)
            // A second time, it would be later.
            _ = try await store.settle([(held[0].lease, .retry(after: .seconds(6000), reply: "451 later"))])
            let left = try #require(try await store.nextMailDue())
            #expect(left <= .seconds(600))
            let now = try await store.change(MailChange(.retry, mailID: mail.id))
            #expect(now.attempts == 0)
            #expect(try await claim(store).map(\.mail.id) == [mail.id])
        }
    }

    /// What is not sent is never dropped, however old it is.
    @Test(arguments: StoreUnderTest.allCases)
    func onlySentMailsAreEverDropped(engine: StoreUnderTest) async throws {
        var retention = StoreRetention()
        // Far ahead: ids never go back, and another test may have made some for a time to come.
        retention.sentMail = .seconds(-100 * 365 * 86_400)
        try await engine.withPlace { place in
            try await place.with(retention: retention) { store in
                _ = try await store.enqueue((0..<3).map { _ in Samples.mail() })
                let held = try await claim(store)
                _ = try await store.settle([(held[0].lease, .sent(reply: "250")), (held[1].lease, .dead(reply: "550"))])
                _ = try await store.enqueue([Samples.mail()])
                try await store.maintain()
                #expect(try await store.mail(id: held[0].mail.id) == nil)
                #expect(try await store.mailCounts() == [.dead: 1, .sending: 1, .queued: 1])
            }
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func onlyWhatIsNotSentIsTriedAgain(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            _ = try await store.enqueue([Samples.mail()])
            let held = try await claim(store)
            _ = try await store.settle([(held[0].lease, .sent(reply: "250"))])
            let conflict = await #expect(throws: ShippyError.self) { try await store.change(MailChange(.retry, mailID: held[0].mail.id)) }
            #expect(conflict?.code == .conflict)
            let missing = await #expect(throws: ShippyError.self) { try await store.change(MailChange(.retry, mailID: "nope")) }
            #expect(missing?.code == .notFound)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func noDomainGetsMoreThanItMay(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let slow = (0..<50).map { Samples.mail("u\($0)@slow.example", due: .now - .seconds(60)) }
            let others = (0..<5).map { Samples.mail("u\($0)@other\($0).example") }
            _ = try await store.enqueue(slow + others)
            let mails = try await claim(store, limit: 10, limits: ["slow.example": 1], each: 10).map(\.mail)
            #expect(mails.count { $0.domain == "slow.example" } == 1)
            #expect(mails.count { $0.domain != "slow.example" } == 5)
            #expect(try await claim(store, limit: 10, limits: ["slow.example": 0], each: 10).isEmpty)
            #expect(try await claim(store, limit: 10, each: 4).count == 4)
        }
    }

    /// Whoever may claim no more of a domain does not ask for it again and again.
    @Test(arguments: StoreUnderTest.allCases)
    func mailsOfAFullDomainAreNotDue(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            _ = try await store.enqueue((0..<3).map { Samples.mail("u\($0)@slow.example", due: .now - .seconds(60)) })
            #expect(try await store.nextMailDue(except: ["slow.example"], requestID: nil) == nil)
            _ = try await store.enqueue([Samples.mail("u@other.example", due: .now + .seconds(3600))])
            let rest = try #require(try await store.nextMailDue(except: ["slow.example"], requestID: nil))
            #expect(rest > .seconds(3000))
            #expect(try #require(try await store.nextMailDue()) < .zero)
            #expect(try await store.nextMailDue(except: [], requestID: "nobody's") == nil)
        }
    }
}
