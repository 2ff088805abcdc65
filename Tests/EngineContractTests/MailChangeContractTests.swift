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
            if state == .dead || state == .cancelled { _ = try await store.settle([(lease, .dead(reply: "550 no"))]) }
            if state == .cancelled { _ = try await store.change(MailChange(.cancel(reply: "cancelled by owner"), mailID: mail.id)) }
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
                (.retry, [.queued, .dead, .cancelled]), (.cancel(reply: "cancelled by owner"), [.queued, .dead]),
                (.resend(Samples.mail().copy(to: EmailAddress(trusted: "ada@example.com"), requestID: "r")), [.sent, .dead, .cancelled]),
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
            #expect(cancelled.state == .cancelled && cancelled.lastReply == "cancelled by owner" && cancelled.nextAttemptAt == nil)
            #expect(try await store.mail(id: mail.id)?.lastReply == "cancelled by owner")
            #expect(try await claim(store).isEmpty)
            #expect(try await store.mailCounts() == [.cancelled: 1])
            // Its event makes no other one.
            #expect(try await store.enqueue([Samples.mail(eventID: mail.eventID)])[0].isNew == false)
        }
    }

    /// Somebody who reads the list wants to know why, not by whom it was put away: the audit log tells that.
    @Test(arguments: StoreUnderTest.allCases)
    func aDeadMailThatIsCancelledKeepsItsReply(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let mail = try await mail(.dead, store)
            let cancelled = try await store.change(MailChange(.cancel(reply: "cancelled by owner"), mailID: mail.id))
            #expect(cancelled.state == .cancelled && cancelled.lastReply == "550 no")
            let stored = try #require(try await store.mail(id: mail.id))
            #expect(stored.state == .cancelled && stored.lastReply == "550 no" && stored.nextAttemptAt == nil)
            #expect(try await store.mailCounts() == [.cancelled: 1])
            #expect(try await store.attempts(of: mail.id).map(\.outcome) == [.dead])
            let retried = try await store.change(MailChange(.retry, mailID: mail.id))
            #expect(retried.state == .queued)
            #expect(try await claim(store).map(\.mail.id) == [mail.id])
            // A sent mail stays sent when a copy of it goes out.
            let sent = try await self.mail(.sent, store)
            _ = try await store.change(MailChange(.resend(sent.copy(to: sent.to, requestID: "r")), mailID: sent.id))
            #expect(try await store.mail(id: sent.id)?.state == .sent)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func theMailsOfAUserAreFoundWhateverTheirAddressWas(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let addresses = ["ada@example.com", "ada@example.org", "bob@example.com"]
            let mails = zip(addresses, ["user-a", "user-a", nil]).map { to, user in
                var mail = Samples.mail(to)
                mail.userID = user
                return mail
            }
            _ = try await store.enqueue(mails)
            #expect(try await store.mails(MailFilter(userID: "user-a"), after: nil, limit: 10).map(\.id) == [mails[0].id, mails[1].id])
            let newest = MailFilter(to: "EXAMPLE", userID: "user-a", newestFirst: true)
            #expect(try await store.mails(newest, after: nil, limit: 1).map(\.id) == [mails[1].id])
            #expect(try await store.mails(newest, after: mails[1].id, limit: 1).map(\.id) == [mails[0].id])
            #expect(try await store.mails(MailFilter(userID: "user"), after: nil, limit: 10).isEmpty)
            #expect(try await store.mails(MailFilter(), after: nil, limit: 10).map(\.userID) == ["user-a", "user-a", nil])
            // A copy is for whom the first one was.
            let claimed = try #require(try await claim(store).first)
            _ = try await store.settle([(claimed.lease, .sent(reply: "250"))])
            let copy = claimed.mail.copy(to: EmailAddress(trusted: "new@example.com"), requestID: "r")
            #expect(try await store.change(MailChange(.resend(copy), mailID: claimed.mail.id)).userID == "user-a")
            #expect(try await store.mails(MailFilter(userID: "user-a"), after: nil, limit: 10).count == 3)
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
            // What was done about it settles it.
            #expect(try await store.mail(id: first.id)?.state == .cancelled)
            #expect(try await store.mailCounts() == [.cancelled: 1, .queued: 1])
            #expect(try await store.mails(ofEvents: [first.eventID!]).map(\.id) == [first.id, copy.id])
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
