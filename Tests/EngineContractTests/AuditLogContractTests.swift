import ShippyCore
import TestSupport
import Testing

@Suite struct AuditLogContractTests {
    @Test(arguments: StoreUnderTest.allCases)
    func entriesAreListedInPages(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let entries = (0..<25).map { number in
                var entry = Samples.auditEntry("login", target: "user:\(number)")
                if number % 2 == 0 { entry.detail = "session=\(number)" }
                return entry
            }
            try await store.record(Array(entries.prefix(20)))
            try await store.record(Array(entries.suffix(5)))
            try await store.record([])
            // Once more changes nothing.
            var other = entries[3]
            other.outcome = "changed"
            try await store.record([other])
            var seen: [AuditEntry] = []
            while true {
                let page = try await store.auditEntries(AuditFilter(), after: seen.last?.id, limit: 10)
                if page.isEmpty { break }
                seen += page
            }
            #expect(seen == entries)
            seen = []
            while true {
                let page = try await store.auditEntries(AuditFilter(), .before(seen.first?.id), limit: 10)
                if page.isEmpty { break }
                seen = page + seen
            }
            #expect(seen == entries)
            #expect(try await store.auditEntries(AuditFilter(), .before(nil), limit: 3) == entries.suffix(3))
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func entriesAreFiltered(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let start = Timestamp.now
            let entries = [
                ("user.disable", "owner", "user:1"), ("user", "user:1", "user:2"), ("users.list", "user:1", "user:1"),
                ("user.disable.now", "token:1", "user:1"), ("user_disable", "user:1", ""), ("login", "user:10", "user:1"),
            ].enumerated().map { place, entry in
                var entry = Samples.auditEntry(entry.0, actor: entry.1, target: entry.2)
                entry.at = start + .seconds(place)
                entry.outcome = ["ok", "denied", "refused"][place % 3]
                // Not `next`: IDs that another test makes would come after these.
                entry.id = UUIDv7.lowerBound(entry.at).dropLast() + "\(place + 1)"
                return entry
            }
            try await store.record(entries.reversed())
            func listed(_ filter: AuditFilter, after cursor: String? = nil) async throws -> [Int] {
                try await store.auditEntries(filter, after: cursor, limit: 10).map { entry in try #require(entries.firstIndex(of: entry)) }
            }
            #expect(try await listed(AuditFilter()) == [0, 1, 2, 3, 4, 5])
            #expect(try await listed(AuditFilter(target: "user:1")) == [0, 2, 3, 5])
            #expect(try await listed(AuditFilter(actor: "user:1")) == [1, 2, 4])
            #expect(try await listed(AuditFilter(action: "user")) == [0, 1, 3])
            #expect(try await listed(AuditFilter(action: "user.disable")) == [0, 3])
            #expect(try await listed(AuditFilter(action: "user_disable")) == [4])
            #expect(try await listed(AuditFilter(action: "use%")) == [])
            #expect(try await listed(AuditFilter(since: start + .seconds(2))) == [2, 3, 4, 5])
            #expect(try await listed(AuditFilter(target: "user:1", actor: "user:1", action: "users", since: start)) == [2])
            #expect(try await listed(AuditFilter(target: "user:1", since: start + .seconds(1)), after: entries[2].id) == [3, 5])
            #expect(try await listed(AuditFilter(since: start + .seconds(4)), after: entries[1].id) == [4, 5])
            #expect(try await listed(AuditFilter(until: start + .seconds(2))) == [0, 1, 2])
            #expect(try await listed(AuditFilter(until: start + .milliseconds(2999))) == [0, 1, 2])
            #expect(try await listed(AuditFilter(since: start + .seconds(1), until: start + .seconds(1))) == [1])
            #expect(try await listed(AuditFilter(outcome: "ok")) == [0, 3])
            #expect(try await listed(AuditFilter(outcome: "denied")) == [1, 4])
            #expect(try await listed(AuditFilter(target: "user:1", outcome: "refused")) == [2, 5])
            #expect(try await listed(AuditFilter(target: "user:1", actor: "user:10", action: "login", outcome: "refused")) == [5])
            #expect(try await listed(AuditFilter(outcome: "no' OR '")) == [])
            let ofUser = AuditFilter(target: "user:1", until: start + .seconds(4))
            #expect(try await store.auditEntries(ofUser, .before(nil), limit: 2) == [entries[2], entries[3]])
            #expect(try await store.auditEntries(ofUser, .before(entries[2].id), limit: 2) == [entries[0]])
            #expect(try await store.auditEntries(AuditFilter(target: "user:1"), after: nil, limit: 2) == [entries[0], entries[2]])
        }
    }

    /// A year's entries are not read to list a user's.
    @Test(arguments: StoreUnderTest.allCases)
    func aPageIsFoundByAnIndex(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            // As in the log of a busy installation: nearly all are logins.
            try await store.record(
                (0..<3000).map { number in
                    var entry = Samples.auditEntry("user.login", actor: "user:\(number)", target: "user:\(number)")
                    if number % 300 == 0 { entry.outcome = "denied" }
                    return entry
                })
            let filters: [(AuditFilter, String)] = [
                (AuditFilter(target: "user:1"), "audit_target"), (AuditFilter(target: "user:1", outcome: "ok"), "audit_target"),
                (AuditFilter(actor: "user:1", action: "user.login"), "audit_actor"), (AuditFilter(actor: "user:1", outcome: "ok"), "audit_actor"),
                (AuditFilter(outcome: "denied"), "audit_outcome"), (AuditFilter(action: "key", outcome: "denied", until: .now), "audit_outcome"),
            ]
            for (filter, index) in filters {
                // Not after an ID at the end: there, PostgreSQL rightly reads the few entries themselves.
                for page in [AuditPage.after(nil), .before(nil), .before(UUIDv7.next())] {
                    let plan = try await store.auditPlan(filter, page)
                    #expect(plan.contains(index), "\(filter) \(page): \(plan)")
                    #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
                }
            }
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func oldEntriesAreSwept(engine: StoreUnderTest) async throws {
        try await engine.withPlace { place in
            try await place.with { store in
                try await store.record((0..<2_500).map { _ in Samples.auditEntry() })
                try await store.maintain()
                #expect(try await store.count("FROM audit") == 2_500)
            }
            var retention = StoreRetention()
            // Far ahead: ids never go back, and another test may have made some for a time to come.
            retention.audit = .seconds(-100 * 365 * 86_400)
            try await place.with(retention: retention) { store in
                try await store.maintain()
                #expect(try await store.count("FROM audit") == 0)
            }
        }
    }

    /// A change is not made without its entry, nor an entry without its change.
    @Test(arguments: StoreUnderTest.allCases)
    func aChangeAndItsEntryAreOne(engine: StoreUnderTest) async throws {
        try await engine.withPlace { place in
            try await place.with { store in
                let session = try await store.insertedSession()
                let user = try #require(try await store.account(id: session.userID))
                let token = Samples.token()
                try await store.insertToken(token, audit: nil)
                let events = try await store.causedEvents().count
                var changed = user
                changed.user.name = "changed"
                let event = Samples.outgoing("user.updated")
                func fails(_ body: () async throws -> Void) async {
                    let error = await #expect(throws: ShippyError.self) { try await body() }
                    #expect(error?.code != .conflict)
                }
                func nothingHasChanged() async throws {
                    #expect(try await store.account(id: user.user.id) == user)
                    #expect(try await store.session(id: session.id)?.counter == 1)
                    #expect(try await store.tokens(after: nil, limit: 10) == [token])
                    #expect(try await store.signingKeys().revision == 0)
                    #expect(try await store.userCount() == 1)
                    #expect(try await store.causedEvents().count == events)
                    #expect(try await store.allRevocations().isEmpty)
                    #expect(try await store.count("FROM sessions") == 1)
                }

                try await place.execute("ALTER TABLE audit RENAME TO away")
                let audit = Samples.auditEntry()
                await fails { _ = try await store.update(AccountUpdate(account: changed, events: [event], audit: audit, ends: .all(except: nil))) }
                await fails { _ = try await store.deleteUser(id: user.user.id, ifRevision: nil, event: event, audit: audit) }
                await fails { _ = try await store.insertSession(Samples.session(of: user.user.id), event: event, audit: audit) }
                await fails { _ = try await store.refresh(Samples.refresh(session.id, 7)) }
                await fails { _ = try await store.endSessions([session.id], audit: audit) }
                await fails { _ = try await store.endSessions(ofUser: user.user.id, audit: audit) }
                await fails { try await store.insertToken(Samples.token(), audit: audit) }
                await fails { _ = try await store.endToken(id: token.id, audit: audit) }
                await fails { _ = try await store.replaceSigningKeys([Samples.signingKey("k")], ifRevision: 0, audit: audit) }
                await fails {
                    var new = Samples.newUser("bob@example.com")
                    new.audit = audit
                    _ = try await store.insert(new)
                }
                await fails { try await store.record([audit]) }
                try await place.execute("ALTER TABLE away RENAME TO audit")
                try await nothingHasChanged()

                let table = engine == .sqliteWithLog ? "events" : "outbox"
                try await place.execute("ALTER TABLE \(table) RENAME TO away")
                await fails { _ = try await store.update(AccountUpdate(account: changed, events: [event], audit: audit, ends: .all(except: nil))) }
                await fails { _ = try await store.deleteUser(id: user.user.id, ifRevision: nil, event: event, audit: audit) }
                await fails { _ = try await store.insertSession(Samples.session(of: user.user.id), event: event, audit: audit) }
                try await place.execute("ALTER TABLE away RENAME TO \(table)")
                try await nothingHasChanged()
                #expect(try await store.allAuditEntries().isEmpty)

                let update = AccountUpdate(account: changed, events: [event], audit: audit, ends: .all(except: nil))
                #expect(try await store.update(update)?.revision == 2)
                #expect(try await store.allAuditEntries() == [audit])
            }
        }
    }

    /// Another process holds the database's lock, or the table's.
    @Test(arguments: StoreUnderTest.allCases)
    func aStoreThatCannotBeWrittenSaysSo(engine: StoreUnderTest) async throws {
        try await engine.withPlace { place in
            try await place.with { store in
                let session = try await store.insertedSession()
                let account = try #require(try await store.account(id: session.userID))
                let lock = try await place.lock()
                await withTaskGroup(of: Void.self) { group in
                    func isUnavailable(_ body: @escaping @Sendable () async throws -> Void) {
                        group.addTask {
                            let error = await #expect(throws: ShippyError.self) { try await body() }
                            #expect(error?.code == .unavailable)
                        }
                    }
                    isUnavailable { _ = try await store.refresh(Samples.refresh(session.id, 1)) }
                    isUnavailable { try await store.record([Samples.auditEntry()]) }
                    isUnavailable { _ = try await store.update(AccountUpdate(account: account, audit: nil, ends: .all(except: nil))) }
                }
                try await lock.release()
                guard case .advanced = try await store.refresh(Samples.refresh(session.id, 1)) else {
                    Issue.record("not advanced")
                    return
                }
                try await store.record([Samples.auditEntry()])
            }
        }
    }
}
