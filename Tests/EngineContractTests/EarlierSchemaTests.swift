import ShippyCore
import TestSupport
import Testing

/// Databases of the first releases are taken over with everything that was in them.
@Suite struct EarlierSchemaTests {
    @Test func aSQLiteStoreOfBeforeGoesOn() async throws {
        let directory = try TemporaryDirectory()
        let place = StoreUnderTest.Place.file(directory("store.db"))
        try await place.execute(EarlierSchema.sqlite)
        try await goOn(place)
    }

    @Test func aPostgresStoreOfBeforeGoesOn() async throws {
        let place = StoreUnderTest.Place.server(try await PostgresServer.shared.database())
        try await place.execute(EarlierSchema.postgres)
        try await goOn(place)
    }

    /// Records 1 and 2 were published, 3 and 4 are pending; there is a mail in each state.
    private func goOn(_ place: StoreUnderTest.Place) async throws {
        try await place.with { store in
            let outbox = try #require(store.outbox)
            #expect(try await store.userCount() == 1)
            #expect(try await outbox.outboxStatus().pending == 2)
            #expect(try await outbox.lastPublished() == PublishedEvent(id: "e2", position: BusPosition(identity: "", sequence: 12)))
            let bus = BusPosition(identity: "bus", sequence: 40)
            let claim = try await outbox.claimOutbox(limit: 10, owner: "a", lease: .seconds(30), at: bus)
            #expect(claim.records.map(\.event.id) == ["e3", "e4"])
            // They may have been published by the release of before.
            #expect(claim.records.allSatisfy { $0.offeredAt?.sequence == 0 })
            #expect(
                try await outbox.markPublished(
                    claim.records.map { PublishedRecord(position: $0.position, sequence: $0.position + 40) }, on: "bus", fence: claim.fence))
            #expect(try await outbox.reopenOutbox(exceptOn: "bus") >= 2)
            let again = try await outbox.claimOutbox(limit: 10, owner: "a", lease: .seconds(30), at: bus)
            #expect(again.records.map(\.event.id).prefix(2) == ["e1", "e2"])
            _ = try await store.insert([Samples.newUser("new@example.com")])
            let positions = try await outbox.claimOutbox(limit: 10, owner: "a", lease: .seconds(30), at: bus).records.map(\.position)
            #expect(Set(positions).isSuperset(of: [1, 2]))
            #expect(positions.last! > 4)

            #expect(try await store.mailCounts() == [.queued: 1, .sending: 1, .sent: 1, .dead: 1])
            // They recorded no attempts, but the mail tells of its last one.
            #expect(try await store.attempts(of: "m3") == [MailAttempt(number: 1, facts: nil, outcome: .sent, reply: "250")])
            #expect(try await store.attempts(of: "m4") == [MailAttempt(number: 1, facts: nil, outcome: .dead, reply: "550")])
            let mails = try await eventually("the old lease ends") {
                _ = try await store.change(MailChange(.retry, mailID: "m4"))
                let mails = try await store.claimMails(limit: 10, owner: "a", lease: .seconds(30), domainLimits: [:], defaultDomainLimit: 10)
                return mails.isEmpty ? nil : mails
            }
            #expect(Set(mails.map(\.mail.id)).isSuperset(of: ["m1", "m4"]))
            #expect(mails.allSatisfy { $0.mail.link.isEmpty })
            #expect(try await store.settle(mails.map { ($0.lease, .sent(reply: "250")) }).isEmpty)

            // The password of then counts for a key of then.
            let key = IdempotencyKey(key: "k1", fingerprint: "f")
            let repeated = try await store.insert([Samples.newUser("old@example.com", idempotency: key)])[0].get()
            #expect(repeated.repeats == FirstRequest(passwordHash: "$2b$10$old"))
        }
    }
}
