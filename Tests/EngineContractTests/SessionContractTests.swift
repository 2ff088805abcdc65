import ShippyCore
import TestSupport
import Testing

@testable import PostgresEngine

@Suite struct SessionContractTests {
    /// A time that the store has moved to its clock and back.
    private func isNear(_ time: Timestamp?, _ other: Timestamp, within limit: Int64 = 2_000) -> Bool {
        time.map { abs($0.milliseconds - other.milliseconds) <= limit } ?? false
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aSessionIsStoredWithItsEventAndItsAuditEntry(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let user = try await store.insertedUser()
            var session = Samples.session(of: user.id, lasting: .seconds(86_400 * 30))
            session.counterSince = Timestamp(milliseconds: 5)
            let (event, audit) = (Samples.outgoing("user.logged-in"), Samples.auditEntry("session.create"))
            #expect(try await store.insertSession(session, event: event, audit: audit))
            var stored = try #require(try await store.session(id: session.id))
            #expect(isNear(stored.counterSince, .now, within: 60_000), "the store sets it")
            #expect(isNear(stored.expiresAt, session.expiresAt) && isNear(stored.lastUsedAt, session.lastUsedAt))
            (stored.counterSince, stored.expiresAt, stored.lastUsedAt) = (session.counterSince, session.expiresAt, session.lastUsedAt)
            #expect(stored == session)
            #expect(try await store.causedEvents().last?.id == event.id)
            #expect(try await store.allAuditEntries() == [audit])
            #expect(try await store.session(id: "none") == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func nobodyLogsInWhoWasDeletedDisabledOrChanged(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let user = try await store.insertedUser()
            func login(_ revision: Int64?) async throws -> Bool {
                try await store.insertSession(
                    Samples.session(of: user.id), ifRevision: revision, event: Samples.outgoing("user.logged-in"), audit: Samples.auditEntry())
            }
            #expect(try await login(1))
            #expect(try await !login(2))
            var account = try #require(try await store.account(id: user.id))
            account.passwordHash = "another"
            account = try #require(try await store.update(AccountUpdate(account: account, audit: nil)))
            #expect(try await !login(1))
            #expect(try await login(2))
            account.isDisabled = true
            account = try #require(try await store.update(AccountUpdate(account: account, audit: nil)))
            #expect(try await !login(nil))
            #expect(try await !login(account.revision))
            #expect(try await store.deleteUser(id: user.id, ifRevision: nil, event: nil, audit: nil))
            #expect(try await !login(nil))
            #expect(try await store.causedEvents().count == 3)
            #expect(try await store.allAuditEntries().count == 2)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aRefreshAdvancesTheSession(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let session = try await store.insertedSession()
            // To another day, and within it.
            for (counter, days) in [(1, 1), (2, 3), (3, 3)] as [(Int64, Int)] {
                let refresh = Samples.refresh(session.id, counter, lasting: .seconds(86_400 * days))
                guard case .advanced(let advanced) = try await store.refresh(refresh) else {
                    Issue.record("not advanced")
                    return
                }
                #expect(advanced.counter == counter + 1)
                #expect(advanced.address == "192.0.2.8")
                #expect(isNear(advanced.expiresAt, refresh.expiresAt))
                #expect(isNear(advanced.counterSince, .now, within: 60_000) && isNear(advanced.lastUsedAt, .now, within: 60_000))
                let stored = try #require(try await store.session(id: session.id))
                #expect(stored.counter == advanced.counter && stored.address == advanced.address)
                #expect(isNear(stored.expiresAt, advanced.expiresAt))
                #expect((stored.userID, stored.client, stored.createdAt) == (session.userID, session.client, session.createdAt))
                let day = try await store.count("FROM sessions WHERE expires_day = expires_at / 86400000")
                #expect(day == 1)
            }
            #expect(try await store.allRevocations().isEmpty)
            #expect(try await store.allAuditEntries().isEmpty)
        }
    }

    /// In two processes, and in batches of each.
    @Test(arguments: StoreUnderTest.allCases)
    func ofParallelRefreshesOneAdvances(engine: StoreUnderTest) async throws {
        try await engine.withPlace { place in
            try await place.with { store in
                try await place.with { other in
                    let session = try await store.insertedSession()
                    let outcomes = try await withThrowingTaskGroup(of: SessionRefresh.Outcome.self) { group in
                        for number in 0..<100 {
                            group.addTask { try await (number % 2 == 0 ? store : other).refresh(Samples.refresh(session.id, 1)) }
                        }
                        return try await group.reduce(into: [] as [SessionRefresh.Outcome]) { $0.append($1) }
                    }
                    var (advanced, repeated) = (0, 0)
                    for outcome in outcomes {
                        switch outcome {
                        case .advanced(let now):
                            advanced += 1
                            #expect(now.id == session.id && now.counter == 2)
                        case .repeated(let now):
                            repeated += 1
                            #expect(now.id == session.id && now.counter == 2)
                        case .ended, .reused: Issue.record("\(outcome)")
                        }
                    }
                    #expect((advanced, repeated) == (1, 99))
                    #expect(try await store.session(id: session.id)?.counter == 2)
                }
            }
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func refreshesOfOneTransactionFollowEachOther(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let (session, other) = (try await store.insertedSession(), try await store.insertedSession())
            let counters: [Int64] = [1, 1, 2, 3, 2, 9, 4]
            let outcomes = try await store.refreshTogether(counters.map { Samples.refresh(session.id, $0) } + [Samples.refresh(other.id, 1)])
            let told = outcomes.map { outcome -> String in
                switch outcome {
                case .advanced(let session): "advanced \(session.counter)"
                case .repeated(let session): "repeated \(session.counter)"
                case .ended: "ended"
                case .reused: "reused"
                }
            }
            #expect(told == ["advanced 2", "repeated 2", "advanced 3", "advanced 4", "repeated 4", "reused", "ended", "advanced 2"])
            #expect(try await store.session(id: session.id) == nil)
            #expect(try await store.session(id: other.id)?.counter == 2)
            #expect(try await store.allRevocations() == [.session(session.id)])
            #expect(try await store.allAuditEntries().map(\.action) == ["session.reuse"])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func anOldTokenEndsTheSession(engine: StoreUnderTest) async throws {
        try await engine.withPlace { place in
            try await place.with { store in
                let session = try await store.insertedSession()
                for counter in [1, 2] as [Int64] { _ = try await store.refresh(Samples.refresh(session.id, counter)) }
                // Parallel requests of one client may still have it.
                guard case .repeated(let now) = try await store.refresh(Samples.refresh(session.id, 1)), now.counter == 3 else {
                    Issue.record("not within the interval")
                    return
                }
                try await place.execute("UPDATE sessions SET counter_since = counter_since - 11000")
                // The one before may be all that a client has, however late, and however often an answer is lost.
                for counter in [4, 5] as [Int64] {
                    guard case .advanced(let next) = try await store.refresh(Samples.refresh(session.id, 2)), next.counter == counter else {
                        Issue.record("a lost answer ended the session")
                        return
                    }
                    try await place.execute("UPDATE sessions SET counter_since = counter_since - 11000")
                }
                // Whoever has the one whose answer was thought lost has a copy.
                let refresh = Samples.refresh(session.id, 3)
                #expect(try await store.refresh(refresh) == .reused(userID: session.userID))
                #expect(try await store.session(id: session.id) == nil)
                #expect(try await store.allRevocations() == [.session(session.id)])
                #expect(try await store.allAuditEntries() == [refresh.auditIfReused.about(session)])
                // From then on nothing gets in, and nothing is recorded again.
                for counter in [1, 5] as [Int64] { #expect(try await store.refresh(Samples.refresh(session.id, counter)) == .ended) }
                #expect(try await store.allAuditEntries().count == 1)
                #expect(try await store.refresh(Samples.refresh("none", 1)) == .ended)
            }
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func anExpiredSessionIsGone(engine: StoreUnderTest) async throws {
        try await engine.withPlace { place in
            try await place.with { store in
                let expired = try await store.insertedSession()
                let other = try await store.insertedSession(of: expired.userID)
                try await place.execute("UPDATE sessions SET expires_at = expires_at - 3600001 WHERE id = '\(expired.id)'")
                #expect(try await store.session(id: expired.id) == nil)
                #expect(try await store.sessions(ofUser: nil, after: nil, limit: 10).map(\.id) == [other.id])
                #expect(try await store.refresh(Samples.refresh(expired.id, 1)) == .ended)
                // It had ended; but its last access token may be valid still.
                #expect(try await store.endSessions([expired.id], audit: Samples.auditEntry()) == [])
                #expect(try await store.allRevocations() == [.session(expired.id)])
                #expect(try await store.allAuditEntries().isEmpty)
                try await place.execute("UPDATE sessions SET expires_at = 1")
                #expect(try await store.endSessions(ofUser: expired.userID, audit: nil) == 0)
            }
        }
    }

    /// Its clock is two hours ahead of this machine's, which shortens no session.
    @Test func sessionsAreTimedByTheEmbeddedClock() async throws {
        let directory = try TemporaryDirectory()
        let place = StoreUnderTest.Place.file(directory("store.db"))
        var before: Session?
        try await place.with { before = try await $0.insertedSession() }
        try await place.execute("UPDATE engine SET boot = 'an earlier one', latest = latest + 7200000")
        try await place.with { store in
            let before = try #require(before)
            #expect(try await store.session(id: before.id) == nil)
            #expect(try await store.refresh(Samples.refresh(before.id, 1)) == .ended)
            let session = try await store.insertedSession(of: before.userID)
            #expect(isNear(try await store.session(id: session.id)?.expiresAt, session.expiresAt))
            guard case .advanced(let advanced) = try await store.refresh(Samples.refresh(session.id, 1)) else {
                Issue.record("not advanced")
                return
            }
            #expect(isNear(advanced.expiresAt, .now + .seconds(3600), within: 60_000))
            #expect(isNear(advanced.counterSince, .now, within: 60_000))
            _ = try await store.endSessions([session.id], audit: nil)
            let revocation = try #require(try await store.revocations(ifChangedSince: nil)?.all.first)
            #expect(isNear(revocation.at, .now, within: 60_000))
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func sessionsAreListedInPages(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let (ada, bob) = (try await store.insertedUser(), try await store.insertedUser("bob@example.com"))
            var ids: [String: [String]] = [:]
            for number in 0..<12 {
                let owner = number % 3 == 0 ? bob.id : ada.id
                ids[owner, default: []].append(try await store.insertedSession(of: owner).id)
            }
            func pages(_ userID: String?, limit: Int) async throws -> [String] {
                var seen: [String] = []
                while true {
                    let page = try await store.sessions(ofUser: userID, after: seen.last, limit: limit)
                    #expect(page.count <= limit)
                    if page.isEmpty { return seen }
                    seen += page.map(\.id)
                    for listed in page {
                        #expect(listed.email == (listed.session.userID == ada.id ? ada : bob).email.description)
                    }
                }
            }
            #expect(try await pages(ada.id, limit: 3) == ids[ada.id])
            #expect(try await pages(bob.id, limit: 3) == ids[bob.id])
            #expect(try await pages(nil, limit: 5) == ids.values.flatMap(\.self).sorted())
            #expect(try await pages("nobody", limit: 5) == [])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func sessionsAreEndedOnce(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let sessions = [try await store.insertedSession(), try await store.insertedSession(), try await store.insertedSession()]
            let ids = sessions.map(\.id)
            let audit = Samples.auditEntry("session.revoke")
            #expect(try await store.endSessions([ids[1], "none", ids[0], ids[1]], audit: audit) == [ids[1], ids[0]])
            #expect(Set(try await store.allRevocations()) == [.session(ids[0]), .session(ids[1])])
            #expect(try await store.allAuditEntries() == [audit])
            #expect(try await store.endSessions([ids[0]], audit: Samples.auditEntry()) == [])
            #expect(try await store.endSessions([], audit: Samples.auditEntry()) == [])
            #expect(try await store.allRevocations().count == 2)
            #expect(try await store.allAuditEntries().count == 1)
            #expect(try await store.refresh(Samples.refresh(ids[0], 1)) == .ended)
            #expect(try await store.session(id: ids[2]) != nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func allSessionsOfAUserAreEnded(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let first = try await store.insertedSession()
            let second = try await store.insertedSession(of: first.userID)
            let other = try await store.insertedSession()
            let audit = Samples.auditEntry("session.revoke")
            #expect(try await store.endSessions(ofUser: first.userID, audit: audit) == 2)
            #expect(try await store.sessions(ofUser: nil, after: nil, limit: 10).map(\.id) == [other.id])
            // Each by itself, whatever the clock was that made its ID.
            let revoked = try await store.allRevocations()
            #expect(Set(revoked) == [.session(first.id), .session(second.id), .user(first.userID, exceptSession: nil)])
            #expect(try await store.allAuditEntries() == [audit])
            // A token may be left where no session is.
            #expect(try await store.endSessions(ofUser: first.userID, audit: nil) == 0)
            #expect(try await store.allRevocations().count == 4)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func expiredSessionsAreSwept(engine: StoreUnderTest) async throws {
        try await engine.withPlace { place in
            try await place.with { store in
                let user = try await store.insertedUser()
                for lifetime in [-172_800, -86_401, 3600] { _ = try await store.insertedSession(of: user.id, lasting: .seconds(lifetime)) }
                #expect(try await store.count("FROM sessions") == 3)
                try await store.maintain()
                #expect(try await store.count("FROM sessions") == 1)
                #expect(try await store.sessions(ofUser: user.id, after: nil, limit: 10).count == 1)
            }
        }
    }

    // MARK: PostgreSQL's transactions

    private func withPostgres(_ body: (PostgresStore, PostgresConnection) async throws -> Void) async throws {
        try await StoreUnderTest.postgres.with { store in
            let store = try #require(store as? PostgresStore)
            try await store.pool.run { _ = try $0.execute("SELECT 1") }
            let other = try store.pool.dedicatedConnection()
            defer { other.close() }
            try await body(store, other)
        }
    }

    private func waits(_ store: PostgresStore) async throws -> Bool {
        try await store.count("FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") > 0
    }

    @Test func aLoginWaitsForAChangeThatIsUnderWay() async throws {
        try await withPostgres { store, other in
            let user = try await store.insertedUser()
            try other.execute("BEGIN")
            try other.execute("UPDATE users SET disabled = 1, revision = revision + 1")
            async let login = store.insertSession(Samples.session(of: user.id), event: nil, audit: nil)
            try await eventually("the login waits") { try await waits(store) }
            try other.execute("COMMIT")
            #expect(try await !login)
        }
    }

    @Test func aChangeEndsASessionThatIsUnderWay() async throws {
        try await withPostgres { store, other in
            let user = try await store.insertedUser()
            let account = try #require(try await store.account(id: user.id))
            let session = Samples.session(of: user.id)
            try other.execute("BEGIN")
            try other.execute("SELECT 1 FROM users FOR SHARE")
            try other.execute(
                """
                INSERT INTO sessions(id, user_id, created_at, last_used_at, expires_at, expires_day, counter, counter_since, client, address)
                VALUES ($1, $2, 0, 0, 9000000000000, 104166, 1, 0, '', '')
                """, .text(session.id), .text(user.id))
            async let update = store.update(AccountUpdate(account: account, audit: nil, ends: .all(except: nil)))
            try await eventually("the change waits") { try await waits(store) }
            try other.execute("COMMIT")
            #expect(try await update?.revision == 2)
            #expect(try await store.session(id: session.id) == nil)
        }
    }

    @Test func aRefreshWaitsForOneThatIsUnderWay() async throws {
        try await withPostgres { store, other in
            let session = try await store.insertedSession()
            try other.execute("BEGIN")
            try other.execute("UPDATE sessions SET counter = 2")
            async let refresh = store.refresh(Samples.refresh(session.id, 1))
            try await eventually("the refresh waits") { try await waits(store) }
            try other.execute("COMMIT")
            guard case .repeated(let now) = try await refresh, now.counter == 2 else {
                Issue.record("advanced twice")
                return
            }
        }
    }

    /// What was written while the server's clock was ahead must not count as new for as long.
    @Test func aPostgresClockThatIsSetBackMovesSessions() async throws {
        let place = StoreUnderTest.Place.server(try await PostgresServer.shared.database())
        try await place.with { store in
            let session = try await store.insertedSession()
            for counter in [1, 2] as [Int64] { _ = try await store.refresh(Samples.refresh(session.id, counter)) }
            _ = try await store.endSessions(ofUser: "somebody", audit: nil)
            let mark = try #require(try await store.revocations(ifChangedSince: nil)).mark
            try await place.execute(
                """
                UPDATE engine SET latest = latest + 3600000; UPDATE revocations SET at = at + 3600000;
                UPDATE sessions SET counter_since = counter_since + 3600000 - 11000, expires_at = expires_at + 3600000
                """)
            try await store.maintain()
            #expect(isNear(try await store.session(id: session.id)?.expiresAt, session.expiresAt, within: 60_000))
            let revocations = try #require(try await store.revocations(ifChangedSince: mark + "x"))
            #expect(isNear(revocations.all.first?.at, .now, within: 60_000))
            #expect(try await store.refresh(Samples.refresh(session.id, 1)) == .reused(userID: session.userID))
        }
    }
}
