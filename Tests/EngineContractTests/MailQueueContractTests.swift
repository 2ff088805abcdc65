import ShippyCore
import TestSupport
import Testing

@Suite struct MailQueueContractTests {
    private func claim(
        _ store: any Store, limit: Int = 100, owner: String = "a", lease: Duration = .seconds(30), limits: [String: Int] = [:], each: Int = 100
    ) async throws -> [Mail] {
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
    func aClaimedMailBelongsToItsOwner(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            _ = try await store.enqueue([Samples.mail(), Samples.mail()])
            let mails = try await claim(store)
            #expect(mails.map(\.state) == [.sending, .sending])
            #expect(mails.map(\.attempts) == [1, 1])
            #expect(try await claim(store, owner: "b").isEmpty)
            try await store.settle([(mails[0].id, .sent(reply: "not mine"))], owner: "b")
            #expect(try await store.mail(id: mails[0].id)?.state == .sending)
            try await store.settle([(mails[0].id, .sent(reply: "250 ok")), (mails[1].id, .dead(reply: "550 no"))], owner: "a")
            #expect(try await store.mail(id: mails[0].id)?.state == .sent)
            #expect(try await store.mail(id: mails[1].id)?.lastReply == "550 no")
            #expect(try await store.mailCounts() == [.queued: 0, .sending: 0, .sent: 1, .dead: 1].filter { $0.value > 0 })
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aDeadSendersMailIsDueAgain(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            _ = try await store.enqueue([Samples.mail()])
            let held = try await claim(store, owner: "dead", lease: .milliseconds(200))
            let taken = try await eventually("the lease ends") {
                let mails = try await claim(store, owner: "b")
                return mails.isEmpty ? nil : mails
            }
            #expect(taken.map(\.id) == held.map(\.id))
            #expect(taken[0].attempts == 2)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aRenewedLeaseHolds(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            _ = try await store.enqueue([Samples.mail()])
            let held = try await claim(store, lease: .milliseconds(100))
            try await store.extendMailLeases(held.map(\.id), owner: "a", lease: .seconds(60))
            try await Task.sleep(for: .milliseconds(200))
            #expect(try await claim(store, owner: "b").isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func anUnclaimedMailWasNotTried(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            _ = try await store.enqueue([Samples.mail()])
            let held = try await claim(store)
            try await store.unclaimMails(held.map(\.id), owner: "a")
            #expect(try await claim(store, owner: "b").map(\.attempts) == [1])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aMailIsNotDueBeforeItsTime(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let later = Timestamp.now + .seconds(3600)
            _ = try await store.enqueue([Samples.mail(due: later)])
            #expect(try await claim(store).isEmpty)
            #expect(try await store.nextMailDue() == later)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aRetriedMailWaitsForItsBackoff(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            _ = try await store.enqueue([Samples.mail()])
            #expect(try await store.activeMailCount() == 1)
            let held = try await claim(store)
            #expect(try await store.activeMailCount() == 1)
            let time = Timestamp.now + .seconds(600)
            try await store.settle([(held[0].id, .retry(at: time, reply: "451 later"))], owner: "a")
            let mail = try #require(try await store.mail(id: held[0].id))
            #expect(mail.state == .queued)
            #expect(mail.nextAttemptAt == time)
            #expect(try await store.activeMailCount() == 0)
            #expect(try await claim(store).isEmpty)
            let now = try await store.retryMail(id: mail.id)
            #expect(now.attempts == 0)
            #expect(try await claim(store).map(\.id) == [mail.id])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func onlyWhatIsNotSentIsTriedAgain(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            _ = try await store.enqueue([Samples.mail()])
            let held = try await claim(store)
            try await store.settle([(held[0].id, .sent(reply: "250"))], owner: "a")
            let conflict = await #expect(throws: ShippyError.self) { try await store.retryMail(id: held[0].id) }
            #expect(conflict?.code == .conflict)
            let missing = await #expect(throws: ShippyError.self) { try await store.retryMail(id: "nope") }
            #expect(missing?.code == .notFound)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func noDomainGetsMoreThanItMay(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let slow = (0..<50).map { Samples.mail("u\($0)@slow.example", due: .now - .seconds(60)) }
            let others = (0..<5).map { Samples.mail("u\($0)@other\($0).example") }
            _ = try await store.enqueue(slow + others)
            let mails = try await claim(store, limit: 10, limits: ["slow.example": 1], each: 10)
            #expect(mails.count { $0.domain == "slow.example" } == 1)
            #expect(mails.count { $0.domain != "slow.example" } == 5)
            #expect(try await claim(store, limit: 10, limits: ["slow.example": 0], each: 10).isEmpty)
            #expect(try await claim(store, limit: 10, each: 4).count == 4)
        }
    }
}
