import ShippyCore
import TestSupport
import Testing

/// Finding mails, and what somebody does to them.
@Suite struct MailChangeContractTests {
    private func claim(_ store: any Store, limit: Int = 1) async throws -> [ClaimedMail] {
        try await store.claimMails(limit: limit, owner: "a", lease: .seconds(30), domainLimits: [:], defaultDomainLimit: 100)
    }

    /// A mail in this state.
    private func mail(_ state: Mail.State, _ store: any Store) async throws -> Mail {
        let mail = Samples.mail()
        _ = try await store.enqueue(mail)
        if state != .queued {
            let lease = try #require(try await claim(store).first).lease
            #expect(lease.mailID == mail.id)
            if state == .sent { _ = try await store.settle([(lease, .sent(reply: "250"))]) }
            if state == .dead { _ = try await store.settle([(lease, .dead(reply: "550 no"))]) }
        }
        return mail
    }

    @Test(arguments: StoreUnderTest.allCases)
    func mailsAreFoundByRecipientStateAndTime(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            func found(_ filter: MailFilter, after cursor: String? = nil, limit: Int = 100) async throws -> [String] {
                try await store.mails(filter, after: cursor, limit: limit).map(\.to.description)
            }
            let start = Timestamp.now
            let addresses = ["ada@example.com", "Bob@Example.com", "100%_a@example.org", "cleo@example.net"]
            let mails = addresses.enumerated().map { place, to in
                var mail = Samples.mail(to, due: start + .seconds(place == 0 ? 0 : 3600))
                // Not a new one: IDs never go back, and another test may have made some for a time to come.
                mail.id = "\(UUIDv7.lowerBound(start + .seconds(Int64(place + 1) * 10)).dropLast())1"
                return mail
            }
            _ = try await store.enqueue(mails)
            _ = try await store.settle([(try #require(try await claim(store).first).lease, .dead(reply: "550"))])

            #expect(try await found(MailFilter()) == addresses)
            #expect(try await found(MailFilter(newestFirst: true)) == addresses.reversed())
            #expect(try await found(MailFilter(to: "EXAMPLE.COM")) == ["ada@example.com", "Bob@Example.com"])
            #expect(try await found(MailFilter(to: "bob@example.com")) == ["Bob@Example.com"])
            // They have no meaning of their own.
            #expect(try await found(MailFilter(to: "%_")) == ["100%_a@example.org"])
            #expect(try await found(MailFilter(to: "_")) == ["100%_a@example.org"])
            #expect(try await found(MailFilter(state: .dead)) == ["ada@example.com"])
            #expect(try await found(MailFilter(state: .queued, to: "ada")).isEmpty)
            #expect(try await found(MailFilter(since: start + .seconds(20))) == Array(addresses[1...]))
            #expect(try await found(MailFilter(until: start + .seconds(20))) == Array(addresses[..<2]))
            #expect(
                try await found(MailFilter(since: start + .seconds(11), until: start + .seconds(39), newestFirst: true)) == [
                    addresses[2], addresses[1],
                ])
            #expect(try await found(MailFilter(to: "example"), after: mails[0].id, limit: 2) == Array(addresses[1..<3]))
            #expect(
                try await found(MailFilter(since: start + .seconds(20), newestFirst: true), after: mails[3].id, limit: 5) == [
                    addresses[2], addresses[1],
                ])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func eachChangeNeedsAMailInItsState(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let allowed: [(MailChange.Kind, Set<Mail.State>)] = [
                (.retry, [.queued, .dead]), (.cancel(reply: "cancelled by owner"), [.queued]),
                (.resend(Samples.mail().copy(to: EmailAddress(trusted: "ada@example.com"), requestID: "r")), [.sent, .dead]),
            ]
            for (kind, states) in allowed {
                for state in Mail.State.allCases {
                    let mail = try await mail(state, store)
                    var kind = kind
                    if case .resend = kind { kind = .resend(mail.copy(to: mail.to, requestID: "r")) }
                    let entry = Samples.auditEntry("mail.test", target: "mail:\(mail.id)")
                    let outcome = try await store.change([MailChange(kind, mailID: mail.id, audit: entry)])[0]
                    if states.contains(state) {
                        #expect(throws: Never.self) { try outcome.get() }
                    } else {
                        #expect(throws: ShippyError.self) { try outcome.get() }
                        #expect(try await store.mail(id: mail.id)?.state == state)
                    }
                    // Recorded with the change, or not at all.
                    #expect(try await store.allAuditEntries(AuditFilter(target: "mail:\(mail.id)")).count == (states.contains(state) ? 1 : 0))
                    // Nobody else shall claim it.
                    _ = try await store.settle(try await claim(store, limit: 100).map { ($0.lease, .sent(reply: "250")) })
                }
            }
            #expect(throws: ShippyError.self) { try Result<Mail, ShippyError>.failure(.noMail("nope")).get() }
            let missing = await #expect(throws: ShippyError.self) { try await store.change(MailChange(.retry, mailID: "nope")) }
            #expect(missing?.code == .notFound)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aCancelledMailIsNeverSent(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let mail = try await mail(.queued, store)
            let cancelled = try await store.change(MailChange(.cancel(reply: "cancelled by owner"), mailID: mail.id))
            #expect(cancelled.state == .dead && cancelled.lastReply == "cancelled by owner" && cancelled.nextAttemptAt == nil)
            #expect(try await store.mail(id: mail.id)?.lastReply == "cancelled by owner")
            #expect(try await claim(store).isEmpty)
            #expect(try await store.mailCounts() == [.dead: 1])
            // Its event makes no other one.
            #expect(try await store.enqueue([Samples.mail(eventID: mail.eventID)])[0].isNew == false)
        }
    }

    /// One event makes one mail, but somebody may want another.
    @Test(arguments: StoreUnderTest.allCases)
    func aMailIsSentAgainAsACopy(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let first = try await mail(.dead, store)
            let wanted = first.copy(to: EmailAddress(trusted: "new@example.com"), requestID: "request-2")
            let entry = Samples.auditEntry("mail.resend", target: "mail:\(first.id)")
            let copy = try await store.change(MailChange(.resend(wanted), mailID: first.id, audit: entry))
            let stored = try #require(try await store.mail(id: copy.id))
            #expect(stored.copyOf == first.id && stored.eventID == first.eventID && stored.requestID == "request-2")
            #expect(stored.to.description == "new@example.com" && stored.name == first.name && stored.template == first.template)
            #expect(stored.messageKey == copy.id && copy.id != first.id)
            #expect(try await store.mail(id: first.id)?.state == .dead)
            let claimed = try await claim(store)
            #expect(claimed.map(\.mail.id) == [copy.id] && claimed.map(\.mail.copyOf) == [first.id])
            // And again, while the event still makes no other mail by itself.
            _ = try await store.change(MailChange(.resend(first.copy(to: first.to, requestID: "request-3")), mailID: first.id))
            #expect(try await store.enqueue([Samples.mail(eventID: first.eventID)])[0] == (first.id, false))
            #expect(try await store.allAuditEntries(AuditFilter(target: "mail:\(first.id)")).map(\.action) == ["mail.resend"])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func manyAreChangedTogether(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let mails = (0..<20).map { _ in Samples.mail() }
            _ = try await store.enqueue(mails)
            _ = try await store.settle(try await claim(store, limit: 19).map { ($0.lease, .dead(reply: "550")) })
            let sending = try #require(try await claim(store).first).mail.id
            let changes = mails.map { MailChange(.retry, mailID: $0.id, audit: Samples.auditEntry("mail.retry", target: "mail:\($0.id)")) }
            let outcomes = try await store.change(changes + [MailChange(.retry, mailID: "nope")])
            #expect(outcomes.count == 21)
            for (mail, outcome) in zip(mails, outcomes) {
                #expect((try? outcome.get().id) == (mail.id == sending ? nil : mail.id))
            }
            #expect(try await store.mailCounts() == [.queued: 19, .sending: 1])
            #expect(try await store.allAuditEntries().count == 19)
            #expect(try await claim(store, limit: 100).allSatisfy { $0.mail.attempts == 1 })
        }
    }
}
