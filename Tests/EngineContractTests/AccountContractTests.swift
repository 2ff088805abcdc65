import ShippyCore
import TestSupport
import Testing

@Suite struct AccountContractTests {
    private func change(
        _ account: Account, event: OutgoingEvent? = nil, audit: AuditEntry? = nil, ends: AccountUpdate.EndedSessions = .none,
        _ body: (inout Account) -> Void = { _ in }
    ) -> AccountUpdate {
        var changed = account
        body(&changed)
        return AccountUpdate(account: changed, events: event.map { [$0] } ?? [], audit: audit, ends: ends)
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aNewUserIsAnAccount(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            var new = Samples.newUser("ada@example.com")
            new.passwordHash = "$2b$10$hash"
            #expect(try await store.insert([new])[0].isSuccess)
            let expected = Account(user: new.user, role: .user, isDisabled: false, passwordHash: "$2b$10$hash", revision: 1)
            #expect(try await store.account(id: new.user.id) == expected)
            #expect(try await store.account(email: "ADA@Example.com") == expected)
            let plain = try await store.insertedUser("bob@example.com")
            #expect(try await store.account(id: plain.id)?.passwordHash == nil)
            #expect(try await store.account(id: "nobody") == nil)
            #expect(try await store.account(email: "nobody@example.com") == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aChangeIsStoredWithItsEventAndItsAuditEntry(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let user = try await store.insertedUser()
            let account = try #require(try await store.account(id: user.id))
            let (event, audit) = (Samples.outgoing("user.updated"), Samples.auditEntry("user.update", target: "user:\(user.id)"))
            var update = change(account, event: event, audit: audit) {
                $0.user.name = "Countess"
                $0.user.company = "Engines"
                $0.user.email = EmailAddress(trusted: "countess@example.com")
                $0.role = .operator
                $0.isDisabled = true
                $0.passwordHash = "$2b$12$new"
            }
            var expected = update.account
            expected.revision = 2
            // The time of the creation is no part of a change.
            update.account.user.createdAt = .now
            #expect(try await store.update(update) == expected)
            #expect(try await store.account(id: user.id) == expected)
            #expect(try await store.user(email: "COUNTESS@example.com")?.user.name == "Countess")
            #expect(try await store.account(email: "ada@example.com") == nil)
            #expect(try await store.causedEvents().dropFirst().map(\.id) == [event.id])
            #expect(try await store.allAuditEntries() == [audit])
            // The old address is free, and without a password, an event or an entry it goes as well.
            #expect(try await store.insert([Samples.newUser("ada@example.com")])[0].isSuccess)
            expected.passwordHash = nil
            let again = try await store.update(change(expected))
            #expect(again?.revision == 3)
            #expect(try await store.account(id: user.id)?.passwordHash == nil)
            #expect(try await store.causedEvents().count == 3)
            #expect(try await store.allAuditEntries().count == 1)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aChangeOfAnOlderRevisionChangesNothing(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let session = try await store.insertedSession()
            let account = try #require(try await store.account(id: session.userID))
            let current = try #require(try await store.update(change(account) { $0.user.name = "first" }))
            let late = change(account, event: Samples.outgoing("user.updated"), audit: Samples.auditEntry(), ends: .all(except: nil)) {
                $0.user.name = "second"
            }
            #expect(try await store.update(late) == nil)
            #expect(try await store.account(id: session.userID) == current)
            var unknown = late
            unknown.account.user.id = "nobody"
            #expect(try await store.update(unknown) == nil)
            // Not even a taken address matters any more.
            _ = try await store.insertedUser("bob@example.com")
            var taken = late
            taken.account.user.email = EmailAddress(trusted: "bob@example.com")
            #expect(try await store.update(taken) == nil)
            #expect(try await store.causedEvents().count == 2, "those of the two users")
            #expect(try await store.allAuditEntries().isEmpty)
            #expect(try await store.session(id: session.id) != nil)
            #expect(try await store.allRevocations().isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func ofRacingChangesOneWins(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let user = try await store.insertedUser()
            let account = try #require(try await store.account(id: user.id))
            let updates = (0..<20).map { number in
                change(account, event: Samples.outgoing("user.updated"), audit: Samples.auditEntry()) { $0.user.name = "\(number)" }
            }
            let winners = try await withThrowingTaskGroup(of: Account?.self) { group in
                for update in updates { group.addTask { try await store.update(update) } }
                return try await group.reduce(into: [] as [Account]) { if let account = $1 { $0.append(account) } }
            }
            #expect(winners.count == 1)
            #expect(winners.first?.revision == 2)
            let stored = try await store.account(id: user.id)
            #expect(stored == winners.first)
            #expect(try await store.causedEvents().count == 2)
            #expect(try await store.allAuditEntries().count == 1)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func anotherUsersAddressIsRefused(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let user = try await store.insertedUser()
            _ = try await store.insertedUser("bob@example.com")
            let account = try #require(try await store.account(id: user.id))
            let update = change(account, event: Samples.outgoing("user.updated"), audit: Samples.auditEntry(), ends: .all(except: nil)) {
                $0.user.email = EmailAddress(trusted: "BOB@example.com")
            }
            let error = await #expect(throws: ShippyError.self) { try await store.update(update) }
            #expect(error?.code == .conflict)
            #expect(error?.field == "email")
            #expect(try await store.account(id: user.id) == account)
            #expect(try await store.causedEvents().count == 2)
            #expect(try await store.allAuditEntries().isEmpty)
            #expect(try await store.allRevocations().isEmpty)
            // One's own address in other letters is one's own.
            let own = change(account) { $0.user.email = EmailAddress(trusted: "ADA@example.com") }
            #expect(try await store.update(own)?.user.email.description == "ADA@example.com")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aChangeEndsSessions(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let kept = try await store.insertedSession()
            let other = try await store.insertedSession(of: kept.userID)
            let foreign = try await store.insertedSession()
            let account = try #require(try await store.account(id: kept.userID))
            let changed = try #require(try await store.update(change(account, ends: .all(except: kept.id))))
            #expect(try await store.session(id: other.id) == nil)
            #expect(try await store.session(id: kept.id) != nil)
            #expect(try await store.allRevocations() == [.session(other.id), .user(kept.userID, exceptSession: kept.id)])
            #expect(try await store.refresh(Samples.refresh(other.id, 1)) == .ended)
            _ = try await store.update(change(changed, ends: .all(except: nil)))
            #expect(try await store.session(id: kept.id) == nil)
            #expect(try await store.session(id: foreign.id) != nil)
            #expect(try await store.allRevocations().last == .user(kept.userID, exceptSession: nil))
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aDeletionIsPublishedAndRecordedAndEndsSessions(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let session = try await store.insertedSession()
            let foreign = try await store.insertedSession()
            let (event, audit) = (Samples.outgoing("user.deleted"), Samples.auditEntry("user.delete", target: "user:\(session.userID)"))
            let revision = try #require(try await store.account(id: session.userID)?.revision)
            #expect(try await !store.deleteUser(id: session.userID, ifRevision: revision + 1, event: event, audit: audit))
            #expect(try await store.session(id: session.id) != nil)
            #expect(try await store.deleteUser(id: session.userID, ifRevision: revision, event: event, audit: audit))
            #expect(try await store.account(id: session.userID) == nil)
            #expect(try await store.session(id: session.id) == nil)
            #expect(try await store.session(id: foreign.id) != nil)
            #expect(try await store.allRevocations() == [.session(session.id), .user(session.userID, exceptSession: nil)])
            #expect(try await store.causedEvents().last?.id == event.id)
            #expect(try await store.allAuditEntries() == [audit])
            #expect(
                try await !store.deleteUser(id: session.userID, ifRevision: nil, event: Samples.outgoing("user.deleted"), audit: Samples.auditEntry())
            )
            #expect(try await store.causedEvents().count == 3)
            #expect(try await store.allAuditEntries().count == 1)
            #expect(try await store.allRevocations().count == 2)
        }
    }

    /// With and without an idempotency key, alone and together: the ways differ in PostgreSQL.
    @Test(arguments: StoreUnderTest.allCases)
    func aCreationByACallerIsRecorded(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            func newUser(_ email: String, key: String? = nil) -> NewUser {
                var new = Samples.newUser(email, idempotency: key.map { IdempotencyKey(key: $0, fingerprint: email) })
                new.createdBy = "token:7"
                new.audit = Samples.auditEntry("user.create", actor: "token:7", target: "user:\(new.user.id)")
                return new
            }
            let (ada, bob, keyed) = (newUser("ada@example.com"), newUser("bob@example.com"), newUser("eve@example.com", key: "k"))
            let outcomes = try await store.insert([ada, Samples.newUser("anonymous@example.com"), newUser("ADA@example.com")])
            #expect(outcomes.map(\.isSuccess) == [true, true, false])
            _ = try await store.insert(bob)
            for _ in 0..<2 { #expect(try await store.insert([keyed])[0].isSuccess) }
            #expect(Set(try await store.allAuditEntries()) == Set([ada, bob, keyed].compactMap(\.audit)))
            #expect(try await store.count("FROM users WHERE created_by = 'token:7'") == 3)
            #expect(try await store.count("FROM users WHERE created_by = ''") == 1)
        }
    }

    /// Somebody wrote it into the database, or a later release did.
    @Test(arguments: StoreUnderTest.allCases)
    func anUnknownRoleAllowsTheLeast(engine: StoreUnderTest) async throws {
        try await engine.withPlace { place in
            try await place.with { store in
                let user = try await store.insertedUser()
                try await place.execute("UPDATE users SET role = 'root'")
                #expect(try await store.account(id: user.id)?.role == .user)
                try await place.execute("UPDATE users SET role = 'admin'")
                #expect(try await store.account(id: user.id)?.role == .admin)
            }
        }
    }
}
