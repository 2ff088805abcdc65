import ShippyCore
import TestSupport
import Testing

/// What a store does for links in mails.
@Suite struct NoticeContractTests {
    @Test(arguments: StoreUnderTest.allCases)
    func whetherAnAddressIsConfirmedIsKept(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let user = try await store.insertedUser()
            var account = try #require(try await store.account(id: user.id))
            #expect(!account.isConfirmed)
            account.isConfirmed = true
            account = try #require(try await store.update(AccountUpdate(account: account, audit: nil)))
            #expect(account.isConfirmed)
            #expect(try await store.account(email: "ada@example.com") == account)
            // A change of something else keeps it, and one of itself takes it back.
            account.user.name = "Countess"
            account = try #require(try await store.update(AccountUpdate(account: account, audit: nil)))
            #expect(try await store.account(id: user.id)?.isConfirmed == true)
            account.isConfirmed = false
            #expect(try await store.update(AccountUpdate(account: account, audit: nil))?.isConfirmed == false)
            #expect(try await store.account(id: user.id)?.isConfirmed == false)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aChangePublishesAllOfItsEventsInOrderOrNone(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let user = try await store.insertedUser()
            let account = try #require(try await store.account(id: user.id))
            let events = [Samples.outgoing("user.updated"), Samples.outgoing("user.notice"), Samples.outgoing("user.notice")]
            #expect(try await store.update(AccountUpdate(account: account, events: events, audit: nil)) != nil)
            #expect(try await store.causedEvents().dropFirst().map(\.id) == events.map(\.id))
            // Of an older revision.
            let late = [Samples.outgoing("user.updated"), Samples.outgoing("user.notice")]
            #expect(try await store.update(AccountUpdate(account: account, events: late, audit: nil)) == nil)
            #expect(try await store.causedEvents().count == 1 + events.count)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func anAnnouncementPublishesItsEventAndRecordsItsEntry(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let user = try await store.insertedUser()
            let account = try await store.account(id: user.id)
            let event = Samples.outgoing("user.notice")
            let audit = [Samples.auditEntry("user.request-password-reset"), Samples.auditEntry("user.request-password-reset")]
            try await store.announce(event, audit: audit[0])
            try await store.announce(nil, audit: audit[1])
            #expect(try await store.causedEvents().dropFirst().map(\.id) == [event.id])
            #expect(try await store.allAuditEntries() == audit)
            #expect(try await store.account(id: user.id) == account)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func anAnnouncementIsAllOrNothing(engine: StoreUnderTest) async throws {
        try await engine.withPlace { place in
            try await place.with { store in
                // Makes the tables.
                _ = try await store.insertedUser()
                let event = Samples.outgoing("user.notice")
                try await place.execute("ALTER TABLE audit RENAME TO away")
                await #expect(throws: (any Error).self) { try await store.announce(event, audit: Samples.auditEntry()) }
                try await place.execute("ALTER TABLE away RENAME TO audit")
                let table = engine == .sqliteWithLog ? "events" : "outbox"
                try await place.execute("ALTER TABLE \(table) RENAME TO away")
                await #expect(throws: (any Error).self) { try await store.announce(event, audit: Samples.auditEntry()) }
                try await place.execute("ALTER TABLE away RENAME TO \(table)")
                #expect(try await store.causedEvents().count == 1)
                #expect(try await store.allAuditEntries().isEmpty)
                try await store.announce(event, audit: Samples.auditEntry())
                #expect(try await store.causedEvents().dropFirst().map(\.id) == [event.id])
                #expect(try await store.allAuditEntries().count == 1)
            }
        }
    }

    /// The relay, or the reader of the log, is woken by the commit.
    @Test func anAnnouncedEventIsNoticedAtOnce() async throws {
        for engine in StoreUnderTest.casesWithOutbox {
            try await engine.withOutbox { store, outbox in
                let mark = outbox.outboxChanges.mark
                try await store.announce(nil, audit: Samples.auditEntry())
                try await store.announce(Samples.outgoing("user.notice"), audit: Samples.auditEntry())
                #expect(outbox.outboxChanges.mark != mark)
            }
        }
    }
}
