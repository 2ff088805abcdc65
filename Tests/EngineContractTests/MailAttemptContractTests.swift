import ShippyCore
import TestSupport
import Testing

/// What is kept of each attempt to send a mail.
@Suite struct MailAttemptContractTests {
    private func claim(_ store: any Store, lease: Duration = .seconds(30)) async throws -> MailLease {
        let claimed = try await store.claimMails(limit: 1, owner: "a", lease: lease, domainLimits: [:], defaultDomainLimit: 10)
        return try #require(claimed.first).lease
    }

    private func facts(_ second: Int64, server: String = "mx.example.com:25") -> AttemptFacts {
        AttemptFacts(
            server: server, startedAt: Timestamp(milliseconds: second * 1000), endedAt: Timestamp(milliseconds: second * 1000 + 250))
    }

    @Test(arguments: StoreUnderTest.allCases)
    func eachAttemptIsKeptWithItsAnswer(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let mail = Samples.mail()
            _ = try await store.enqueue([mail, Samples.mail(due: .now + .seconds(3600))])
            #expect(try await store.attempts(of: mail.id).isEmpty)
            let answers: [MailOutcome] = [
                .retry(after: .zero, reply: "451 greylisted"), .retry(after: .zero, reply: "no answer"), .dead(reply: "550 no"),
            ]
            for (number, outcome) in answers.enumerated() {
                let attempt = FinishedAttempt(lease: try await claim(store), outcome: outcome, facts: facts(Int64(number + 1)))
                #expect(try await store.settle([attempt]).isEmpty)
                // The answer to the first call may have been lost.
                #expect(try await store.settle([attempt]).isEmpty)
            }
            #expect(
                try await store.attempts(of: mail.id) == [
                    MailAttempt(number: 1, facts: facts(1), outcome: .deferred, reply: "451 greylisted"),
                    MailAttempt(number: 2, facts: facts(2), outcome: .deferred, reply: "no answer"),
                    MailAttempt(number: 3, facts: facts(3), outcome: .dead, reply: "550 no"),
                ])
            // Numbers go on after somebody had it retried.
            _ = try await store.change(MailChange(.retry, mailID: mail.id))
            _ = try await store.settle([
                FinishedAttempt(lease: try await claim(store), outcome: .sent(reply: "250"), facts: facts(9, server: "maildir:/mail"))
            ])
            let last = try #require(try await store.attempts(of: mail.id).last)
            #expect(last == MailAttempt(number: 4, facts: facts(9, server: "maildir:/mail"), outcome: .sent, reply: "250"))
            #expect(try await store.attempts(of: "nope").isEmpty)
        }
    }

    /// A sender that dies, or loses its lease, tells nothing of its attempt.
    @Test(arguments: StoreUnderTest.allCases)
    func anAttemptWithoutAnOutcomeIsShown(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let mail = Samples.mail()
            _ = try await store.enqueue([mail])
            let dead = try await claim(store, lease: .milliseconds(1))
            // It may still be under way.
            #expect(try await store.attempts(of: mail.id).isEmpty)
            try await eventually("the lease ends") { try await store.nextMailDue() ?? .seconds(1) <= .zero }
            let alive = try await claim(store)
            let unknown = MailAttempt(number: 1, facts: nil, outcome: .unknown, reply: "")
            #expect(try await store.attempts(of: mail.id) == [unknown])
            #expect(try await store.settle([(dead, .sent(reply: "250 late"))]) == [mail.id])
            #expect(try await store.settle([(alive, .sent(reply: "250"))]).isEmpty)
            let sent = MailAttempt(number: 2, facts: Samples.facts, outcome: .sent, reply: "250")
            #expect(try await store.attempts(of: mail.id) == [unknown, sent])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aReleasedMailHasNoAttempt(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let mail = Samples.mail()
            _ = try await store.enqueue([mail])
            try await store.release([try await claim(store)])
            #expect(try await store.attempts(of: mail.id).isEmpty)
            _ = try await store.settle([(try await claim(store), .sent(reply: "250"))])
            #expect(try await store.attempts(of: mail.id).map(\.number) == [1])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func attemptsAreDroppedWithTheirMail(engine: StoreUnderTest) async throws {
        var retention = StoreRetention()
        // Far ahead: ids never go back, and another test may have made some for a time to come.
        retention.sentMail = .seconds(-100 * 365 * 86_400)
        try await engine.withPlace { place in
            try await place.with(retention: retention) { store in
                _ = try await store.enqueue([Samples.mail(), Samples.mail()])
                _ = try await store.settle([(try await claim(store), .sent(reply: "250")), (try await claim(store), .dead(reply: "550"))])
                #expect(try await store.count("FROM mail_attempts") == 2)
                try await store.maintain()
                #expect(try await store.count("FROM mail_attempts") == 1)
            }
        }
    }

    /// Somebody may have a mail retried for years.
    @Test(arguments: StoreUnderTest.allCases)
    func onlyTheLastAttemptsAreKept(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let mail = Samples.mail()
            _ = try await store.enqueue([mail])
            for _ in 0..<MailAttempt.kept + 5 { _ = try await store.settle([(try await claim(store), .retry(after: .zero, reply: "451"))]) }
            let last = Array(6...MailAttempt.kept + 5)
            #expect(try await store.attempts(of: mail.id).map(\.number) == last)
            _ = try await store.change(MailChange(.retry, mailID: mail.id))
            #expect(try await store.count("FROM mail_attempts") == MailAttempt.kept)
            #expect(try await store.attempts(of: mail.id).map(\.number) == last)
        }
    }

    /// Of a mail that was tried more often than rows are read, without an outcome.
    @Test func aListOfAttemptsIsBounded() {
        var mail = Samples.mail()
        mail.attempts = 100_000
        let attempts = MailAttempt.all([], of: mail, earlier: 0)
        #expect(attempts.count == MailAttempt.kept)
        #expect(attempts.last?.number == 100_000)
    }
}
