import GRDB
import ShippyCore
import ShippyMove
import TestSupport
import Testing

@testable import EmbeddedEngines
@testable import PostgresEngine

/// Moves between any two engines.
@Suite struct StoreMoveContractTests {
    struct Pair: CustomTestStringConvertible, Sendable {
        let source: StoreUnderTest
        let target: StoreUnderTest

        static let all = [StoreUnderTest.sqlite, .postgres].flatMap { source in
            [StoreUnderTest.sqlite, .postgres].map { Pair(source: source, target: $0) }
        }

        var testDescription: String { "\(source) to \(target)" }
    }

    private let noProgress: MoveProgress = { _, _, _ in }

    /// Users, mails in every state, sessions, tokens, keys, an audit log, and an outbox of which some is published.
    private func fill(_ store: any Store) async throws -> Session {
        for number in 0..<5 {
            _ = try await store.insert([
                Samples.newUser("u\(number)@example.com", idempotency: IdempotencyKey(key: "key-\(number)", fingerprint: "print"))
            ])
        }
        let kept = KeptUser(passwordHash: "$2b$10$hash", role: .admin, state: .disabled, isConfirmed: true)
        var admin = Samples.newUser("admin@example.com", onConflict: .keepExisting)
        (admin.kept, admin.passwordHash) = (kept, kept.passwordHash)
        _ = try await store.insert([admin])
        let session = try await store.insertedSession()
        _ = try await store.refresh(Samples.refresh(session.id, 1))
        try await store.insertToken(Samples.token(), ifValid: nil, audit: Samples.auditEntry())
        let dead = Samples.token("old", expiring: .seconds(3600))
        try await store.insertToken(dead, ifValid: nil, audit: nil)
        _ = try await store.endToken(id: dead.id, ifValid: nil, audit: Samples.auditEntry("token.revoke"))
        #expect(try await store.replaceSigningKeys([Samples.signingKey("k1")], ifRevision: 0, ifValid: nil, audit: nil))

        let mails = (0..<4).map { Samples.mail("m\($0)@example.com") }
        _ = try await store.enqueue(mails)
        for outcome in [MailOutcome.sent(reply: "250"), .dead(reply: "550 no"), .retry(after: .seconds(3600), reply: "451 later")] {
            let claimed = try await store.claimMails(limit: 1, owner: "sender", lease: .seconds(30), domainLimits: [:], defaultDomainLimit: 9)
            _ = try await store.settle([(lease: try #require(claimed.first).lease, outcome: outcome)])
        }
        let outbox = try #require(store.outbox)
        let claim = try await outbox.claimOutbox(limit: 100, owner: "relay", lease: .seconds(30), at: BusPosition(identity: "bus", sequence: 3))
        let published = [(0, 4), (1, 5), (2, 7), (4, 9)].map { PublishedRecord(position: claim.records[$0].position, sequence: Int64($1)) }
        #expect(try await outbox.markPublished(published, on: "bus", fence: claim.fence))
        #expect(try await outbox.setAside(position: claim.records[5].position, reason: "too large", fence: claim.fence))
        try await outbox.releaseOutbox(fence: claim.fence)
        return session
    }

    /// All rows, as both engines show them, without what two clocks tell differently.
    private func rows(_ store: any MovableStore) async throws -> [String: [[MovedValue]]] {
        var all: [String: [[MovedValue]]] = [:]
        for table in MovedTable.all {
            let page = try await store.page(of: table, after: nil, limit: 1000)
            let shown = table.columns.indices.filter { !table.columns[$0].isTimed && table.columns[$0].name != "expires_day" }
            all[table.name] = (0..<page.count).map { row in shown.map { page[row][page[row].startIndex + $0] } }
        }
        return all
    }

    private func open(_ place: StoreUnderTest.Place) throws -> any Store & MovableStore {
        switch place {
        case .file(let path, _): try SQLiteStore(path: path, isMoving: true)
        case .server(let url): try PostgresStore(url: url, connections: 3, for: .move)
        }
    }

    private func withBoth(_ pair: Pair, _ body: (StoreUnderTest.Place, StoreUnderTest.Place) async throws -> Void) async throws {
        try await pair.source.withPlace { source in try await pair.target.withPlace { try await body(source, $0) } }
    }

    private func withMove(
        _ source: StoreUnderTest.Place, _ target: StoreUnderTest.Place, _ body: (StoreMove, any Store, any Store) async throws -> Void
    ) async throws {
        let (old, new) = (try open(source), try open(target))
        do {
            try await body(StoreMove(from: old, at: "old", to: new, at: "new", pause: .milliseconds(20)), old, new)
        } catch {
            await old.close()
            await new.close()
            throw error
        }
        await old.close()
        await new.close()
    }

    private func refusal(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? ShippyError)?.message ?? "\(error)"
        }
    }

    @Test(arguments: Pair.all)
    func everythingGoesAlong(pair: Pair) async throws {
        try await withBoth(pair) { source, target in
            var session: Session?
            try await source.with { session = try await fill($0) }
            try await withMove(source, target) { move, old, new in
                let before = try await rows(move.source)
                #expect(before.values.filter(\.isEmpty).isEmpty, "\(before.filter(\.value.isEmpty).keys)")
                let outcome = try await Move(store: move, bus: nil).run(progress: noProgress)
                #expect(try await rows(move.target) == before)
                #expect(try await rows(move.source) == before)
                #expect(Dictionary(outcome.rows.map { ($0.name, $0.count) }) { $1 }["users"] == 7)
                #expect(outcome.rows.allSatisfy { $0.digest.count == 64 })
                #expect(try await Move(store: move, bus: nil).run(progress: noProgress).isRepeated)
            }
            // The old one refuses everybody, and the new one goes on.
            #expect(await refusal { try await source.with { _ = try await $0.userCount() } }?.contains("was moved to new on 2") == true)
            try await target.with { store in
                let session = try #require(session)
                let kept = try #require(try await store.session(id: session.id))
                #expect(abs((kept.expiresAt - session.expiresAt).seconds) < 60)
                guard case .advanced = try await store.refresh(Samples.refresh(session.id, 2)) else {
                    Issue.record("the session does not go on")
                    return
                }
                let account = try #require(try await store.account(email: "admin@example.com"))
                #expect((account.role, account.isDisabled, account.isConfirmed, account.passwordHash) == (.admin, true, true, "$2b$10$hash"))
                // Numbers that were used before are not used again, and what is pending is published in order.
                let before = try await #require(store.outbox).claimOutbox(
                    limit: 100, owner: "relay", lease: .seconds(30), at: BusPosition(identity: "bus", sequence: 9))
                #expect(before.records.count == 2)
                #expect(before.records.map(\.offeredAt) == [BusPosition(identity: "bus", sequence: 3), BusPosition(identity: "bus", sequence: 3)])
                #expect(try await store.insert([Samples.newUser("later@example.com")])[0].isSuccess)
                let after = try await #require(store.outbox).claimOutbox(
                    limit: 100, owner: "relay", lease: .seconds(30), at: BusPosition(identity: "bus", sequence: 9))
                #expect(after.records.count == 3)
                #expect(after.records[2].position > 7)
                #expect(try await #require(store.outbox).lastPublished()?.position.sequence == 9)
                let repeated = Samples.newUser("u0@example.com", idempotency: IdempotencyKey(key: "key-0", fingerprint: "print"))
                #expect(try await store.insert(repeated).isNew == false)
            }
        }
    }

    /// Whatever was opened before the move, and whichever release it is of.
    @Test(arguments: Pair.all)
    func whoHadItOpenCannotWriteAnyMore(pair: Pair) async throws {
        try await withBoth(pair) { source, target in
            try await source.with { service in
                _ = try await fill(service)
                let before = try await service.userCount()
                try await withMove(source, target) { move, _, _ in
                    _ = try await move.begin()
                    for write in [
                        { _ = try await service.insert([Samples.newUser("late@example.com")])[0].get() },
                        { _ = try await service.insert(Samples.newUser("late@example.com")) },
                        { _ = try await service.enqueue([Samples.mail()]) }, { try await service.record([Samples.auditEntry()]) },
                    ] as [() async throws -> Void] {
                        do {
                            try await write()
                            Issue.record("it was written")
                        } catch let error as ShippyError {
                            #expect(error.code == .unavailable)
                            #expect(error.message.contains("is being moved to new"))
                        }
                    }
                    #expect(try await service.userCount() == before)
                    // Until it is ended: then all is as before.
                    try await StoreMove.abandon(move.source, move.target)
                    #expect(try await service.insert([Samples.newUser("late@example.com")])[0].isSuccess)
                    #expect(try await move.target.rowCount(of: .users) == 0)
                    #expect(try await move.target.moveRecord() == nil)
                }
            }
        }
    }

    /// However far it has come: the store fails at the n-th write.
    @Test(arguments: Pair.all)
    func whatWasInterruptedGoesOn(pair: Pair) async throws {
        try await withBoth(pair) { source, target in
            try await source.with { _ = try await fill($0) }
            try await withMove(source, target) { move, old, new in
                let before = try await rows(move.source)
                for limit in 0..<20 {
                    let dying = DyingStore(move.target, after: limit)
                    let attempt = StoreMove(from: move.source, at: "old", to: dying, at: "new", pause: .milliseconds(20))
                    if (try? await Move(store: attempt, bus: nil).run(progress: noProgress)) != nil { break }
                    #expect(limit < 19)
                }
                _ = try await Move(store: move, bus: nil).run(progress: noProgress)
                #expect(try await rows(move.target) == before)
            }
        }
    }

    @Test(arguments: Pair.all)
    func aStoreWithRowsIsNoTarget(pair: Pair) async throws {
        try await withBoth(pair) { source, target in
            try await source.with { _ = try await fill($0) }
            try await target.with { _ = try await $0.insertedUser("bob@example.com") }
            try await withMove(source, target) { move, _, _ in
                #expect(await refusal { _ = try await move.begin() }?.contains("is not empty, it has users") == true)
                let records = try await (move.source.moveRecord(), move.target.moveRecord())
                #expect(records == (nil, nil))
            }
            for (place, count) in [(source, 7), (target, 1)] {
                try await place.with { store in
                    let found = try await store.userCount()
                    #expect(found == count)
                }
            }
        }
    }

    /// Somebody may have changed what was copied.
    @Test(arguments: Pair.all)
    func aDifferenceIsFound(pair: Pair) async throws {
        try await withBoth(pair) { source, target in
            try await source.with { _ = try await fill($0) }
            try await withMove(source, target) { move, _, new in
                let record = try await move.begin()
                let took = try await move.copy(record, nil, progress: noProgress)
                try await new.execute("UPDATE mails SET last_reply = 'other' WHERE state = 'dead'")
                let told = await refusal { _ = try await move.verify(record, nil, copying: took, progress: noProgress) }
                #expect(told?.hasPrefix("mails differs: 4 rows in old, 4 in new") == true, "\(told ?? "")")
            }
            #expect(await refusal { try await target.with { _ = try await $0.userCount() } }?.contains("is being filled from old") == true)
        }
    }

    @Test(arguments: [StoreUnderTest.sqlite, .postgres])
    func itWaitsForWhoeverHoldsAMail(engine: StoreUnderTest) async throws {
        try await withBoth(Pair(source: engine, target: .sqlite)) { source, target in
            try await source.with { service in
                _ = try await service.enqueue([Samples.mail()])
                let claimed = try await service.claimMails(limit: 1, owner: "a", lease: .seconds(60), domainLimits: [:], defaultDomainLimit: 9)
                let lease = try #require(claimed.first).lease
                try await withMove(source, target) { move, _, _ in
                    async let record = move.begin()
                    try await Task.sleep(for: .milliseconds(100))
                    #expect(try await move.source.moveRecord() == nil)
                    #expect(try await service.settle([(lease: lease, outcome: .sent(reply: "250"))]).isEmpty)
                    #expect(try await record.phase == .copying)
                }
            }
        }
    }

    /// What the outbox knows of the old stream is right for the new one.
    @Test(arguments: Pair.all)
    func theOutboxFollowsTheStream(pair: Pair) async throws {
        try await withBoth(pair) { source, target in
            try await source.with { _ = try await fill($0) }
            try await withMove(source, target) { move, _, new in
                let record = try await move.begin()
                let stream = MovedStream(from: "bus", to: "new bus") { $0 + 100 }
                let took = try await move.copy(record, stream, progress: noProgress)
                _ = try await move.verify(record, stream, copying: took, progress: noProgress)
                let outbox = try #require(new.outbox)
                let last = try await outbox.lastPublished()?.position
                #expect(last == BusPosition(identity: "new bus", sequence: 109))
                let pending = try await outbox.claimOutbox(
                    limit: 9, owner: "r", lease: .seconds(1), at: BusPosition(identity: "new bus", sequence: 109))
                #expect(pending.records.first?.offeredAt == BusPosition(identity: "new bus", sequence: 103))
            }
        }
    }

    /// As if the target's clock were two days ahead.
    @Test(arguments: Pair.all)
    func timesFollowTheClock(pair: Pair) async throws {
        try await withBoth(pair) { source, target in
            try await source.with { _ = try await fill($0) }
            try await withMove(source, target) { move, old, new in
                var record = try await move.begin()
                #expect(abs(record.clockShift) < 60_000)
                record.clockShift = 2 * 86_400_000
                _ = try await move.copy(record, nil, progress: noProgress)
                for sql in ["max(due_at) FROM mails", "max(expires_at) FROM sessions", "max(used_at) FROM idempotency", "max(at) FROM revocations"] {
                    let times = try await [old, new].asyncMap { try await $0.number("SELECT \(sql)") }
                    #expect(times[1] - times[0] == record.clockShift, "\(sql)")
                }
                let days = try await [old, new].asyncMap { try await $0.number("SELECT max(expires_day) FROM sessions") }
                #expect(days[1] - days[0] == 2)
                let created = try await [old, new].asyncMap { try await $0.number("SELECT max(created_at) FROM sessions") }
                #expect(created[0] == created[1])
            }
        }
    }

    // MARK: While it is in use

    /// Everything that can happen to a row, before, between and after the two copies of it.
    private func use(_ store: any Store, _ round: Int) async throws {
        _ = try await store.insert([Samples.newUser("online\(round)@example.com"), Samples.newUser("gone\(round)@example.com")])
        let gone = try #require(try await store.user(email: "gone\(round)@example.com"))
        #expect(
            try await store.deleteUser(id: gone.id, ifRevision: nil, ifValid: nil, needsOtherAdmin: false, event: nil, audit: Samples.auditEntry()))
        // Two exchange their addresses.
        let (one, two) = (try #require(try await store.user(email: "u1@example.com")), try #require(try await store.user(email: "u2@example.com")))
        for (id, email) in [(one.id, "third@example.com"), (two.id, "u1@example.com"), (one.id, "u2@example.com")] {
            try await store.execute("UPDATE users SET email = '\(email)', revision = revision + 1 WHERE id = '\(id)'")
        }
        _ = try await store.enqueue([Samples.mail("online@example.com")])
        let claimed = try await store.claimMails(limit: 9, owner: "a", lease: .seconds(9), domainLimits: [:], defaultDomainLimit: 9)
        _ = try await store.settle(claimed.map { (lease: $0.lease, outcome: .retry(after: .zero, reply: "451 \(round)")) })
        _ = try await store.insertedSession(of: one.id)
        try await store.execute("DELETE FROM mail_attempts WHERE mail_id = (SELECT min(id) FROM mails)")
        try await store.execute("DELETE FROM mails WHERE id = (SELECT min(id) FROM mails)")
    }

    @Test(arguments: Pair.all)
    func changesFollowUntilTheServicesStop(pair: Pair) async throws {
        try await withBoth(pair) { source, target in
            try await source.with { service in
                _ = try await fill(service)
                try await withMove(source, target) { move, _, _ in
                    let rounds = Rounds { try await use(service, $0) }
                    let outcome = try await Move(store: move, bus: nil).run(rounds.following, progress: noProgress)
                    #expect(await rounds.count >= 4)
                    #expect(try await rows(move.source) == rows(move.target))
                    #expect(outcome.rows.first { $0.name == "users" }?.count == 7 + 3)
                    #expect(try await move.source.notes(limit: 1).isEmpty)
                }
                let late = await refusal { _ = try await service.insert([Samples.newUser("late@example.com")])[0].get() }
                #expect(late?.contains("was moved to new") == true)
            }
        }
    }

    /// A command without a service may write until the fence.
    @Test(arguments: Pair.all)
    func whatChangesUntilTheFenceGoesAlong(pair: Pair) async throws {
        try await withBoth(pair) { source, target in
            try await source.with { service in
                _ = try await fill(service)
                try await withMove(source, target) { move, _, _ in
                    let late = DyingStore(move.source, beforeFence: { if $0.phase == .copying { try await use(service, 1) } })
                    let attempt = StoreMove(from: late, at: "old", to: move.target, at: "new", pause: .milliseconds(5))
                    let record = try await attempt.begin(isInUse: true)
                    let following = Following(isAtRest: { true }, hasCaughtUp: {})
                    let fenced = try await attempt.follow(record, following, progress: noProgress)
                    #expect(try await !move.source.notes(limit: 1).isEmpty)
                    let took = try await attempt.copy(fenced, nil, progress: noProgress)
                    let outcome = try await attempt.verify(fenced, nil, copying: took, progress: noProgress)
                    #expect(outcome.first?.count == 7 + 1)
                }
            }
        }
    }

    @Test(arguments: Pair.all)
    func aFollowerThatDiesGoesOn(pair: Pair) async throws {
        try await withBoth(pair) { source, target in
            try await source.with { service in
                _ = try await fill(service)
                try await withMove(source, target) { move, _, _ in
                    for limit in [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233] {
                        let rounds = Rounds { try await use(service, limit * 10 + $0) }
                        let attempt = StoreMove(
                            from: move.source, at: "old", to: DyingStore(move.target, after: limit), at: "new", pause: .milliseconds(5))
                        if (try? await Move(store: attempt, bus: nil).run(rounds.following, progress: noProgress)) != nil { break }
                        #expect(limit < 233)
                    }
                    _ = try await Move(store: move, bus: nil).run(progress: noProgress)
                    #expect(try await rows(move.source) == rows(move.target))
                }
            }
        }
    }

    /// Nobody is kept from anything until the fence, and nothing is left of a move that is ended.
    @Test(arguments: Pair.all)
    func aMoveThatFollowsCanBeEnded(pair: Pair) async throws {
        try await withBoth(pair) { source, target in
            try await source.with { service in
                _ = try await fill(service)
                try await withMove(source, target) { move, _, _ in
                    #expect(try await move.begin(isInUse: true).phase == .following)
                    try await use(service, 0)
                    try await source.with { _ = try await $0.userCount() }
                    #expect(try await !move.source.notes(limit: 1).isEmpty)
                    try await StoreMove.abandon(move.source, move.target)
                    try await use(service, 1)
                    #expect(try await move.source.notes(limit: 1).isEmpty)
                    #expect(try await move.target.moveRecord() == nil)
                }
            }
        }
    }

    // MARK: A file that is moved

    /// After a reboot, leases are ended, which the fence would refuse.
    @Test func aFencedFileOpensAfterAReboot() async throws {
        try await withBoth(Pair(source: .sqlite, target: .sqlite)) { source, target in
            try await source.with { _ = try await fill($0) }
            try await withMove(source, target) { move, _, _ in _ = try await move.begin() }
            try await source.execute("UPDATE engine SET boot = ''")
            try await withMove(source, target) { move, _, _ in
                let outcome = try await Move(store: move, bus: nil).run(progress: noProgress)
                #expect(outcome.rows.first?.count == 7)
            }
        }
    }

    @Test(arguments: [true, false])
    func aBackupOfItIsAnInstallationOfItsOwn(isInUse: Bool) async throws {
        try await withBoth(Pair(source: .sqlite, target: .sqlite)) { source, target in
            try await source.with { _ = try await fill($0) }
            try await withMove(source, target) { move, _, _ in _ = try await move.begin(isInUse: isInUse) }
            guard case .file(let path, _) = source else { return }
            try RestoredDatabase.renew(path)
            try await source.with { store in
                let outcome = try await store.insert([Samples.newUser("later@example.com")])[0]
                #expect(outcome.isSuccess)
                let notes = try await store.count("FROM move_notes")
                #expect(notes == 0)
            }
        }
    }

    // MARK: Nothing is forgotten

    @Test func everyTableMovesOrHasAReasonNotTo() async throws {
        let directory = try TemporaryDirectory()
        try EmbeddedDatabase(main: directory("shippy.db")).close()
        try await DatabaseQueue(path: directory("shippy.db")).read { db in
            let tables = try String.fetchSet(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            #expect(tables.subtracting(StoreFence.others.keys) == Set(StoreFence.tables))
            for table in MovedTable.all where tables.contains(table.name) {
                let columns = try Set(db.columns(in: table.name).map(\.name)).subtracting(["owner", "until", "published_through"])
                #expect(columns == Set(table.columns.map(\.name)), "\(table.name)")
            }
        }
        let url = try await PostgresServer.shared.database()
        let store = try PostgresStore(url: url, connections: 1)
        let columns = try await store.pool.run { connection in
            try connection.execute(
                "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'shippy'"
            ).map { ($0.text(0), $0.text(1)) }
        }
        await store.close()
        let byTable = Dictionary(grouping: columns, by: \.0).mapValues { Set($0.map(\.1)) }
        #expect(Set(byTable.keys).subtracting(PostgresFence.others.keys) == Set(PostgresFence.tables))
        for table in MovedTable.all where table != .published {
            let name = table == .outboxState ? "outbox_lease" : table.name
            guard let columns = byTable[name] else { continue }
            #expect(columns.subtracting(["owner", "until"]) == Set(table.columns.map(\.name)), "\(name)")
        }
    }
}

extension Store {
    fileprivate func number(_ sql: String) async throws -> Int64 {
        if let store = self as? SQLiteStore { return try await store.database.read { try Int64.fetchOne($0, sql: sql) ?? 0 } }
        let store = try #require(self as? PostgresStore)
        return try await store.pool.run { try $0.execute(sql).first { $0.integer(0) } ?? 0 }
    }
}

extension [any Store] {
    fileprivate func asyncMap<Value>(_ body: (any Store) async throws -> Value) async throws -> [Value] {
        var values: [Value] = []
        for store in self { values.append(try await body(store)) }
        return values
    }
}

/// Services that do something each time they are looked for, and stop after the fourth.
private actor Rounds {
    private(set) var count = 0
    private let use: @Sendable (Int) async throws -> Void

    init(_ use: @escaping @Sendable (Int) async throws -> Void) { self.use = use }

    nonisolated var following: Following { Following(isAtRest: { try await self.goOn() }, hasCaughtUp: {}) }

    private func goOn() async throws -> Bool {
        count += 1
        do {
            if count <= 3 { try await use(count) }
        } catch let error as ShippyError where error.code == .unavailable {
            // It is fenced: nobody can use it.
            return true
        }
        return count > 3
    }
}

/// A store that dies at one of its writes, or to which something happens just before it is fenced.
private final class DyingStore: MovableStore {
    private let store: any MovableStore
    private let left: Counter

    private actor Counter {
        private var left: Int

        init(_ left: Int) { self.left = left }

        func take() throws {
            left -= 1
            if left < 0 { throw ShippyError(.unavailable, "it died") }
        }
    }

    private let beforeFence: @Sendable (MoveRecord) async throws -> Void

    init(
        _ store: any MovableStore, after limit: Int = .max, beforeFence: @escaping @Sendable (MoveRecord) async throws -> Void = { _ in }
    ) {
        self.store = store
        left = Counter(limit)
        self.beforeFence = beforeFence
    }

    func moveRecord() async throws -> MoveRecord? { try await store.moveRecord() }
    func clockTime() async throws -> Int64 { try await store.clockTime() }
    func timeUntilUnheld() async throws -> Duration? { try await store.timeUntilUnheld() }
    func rowCount(of table: MovedTable) async throws -> Int { try await store.rowCount(of: table) }
    func lastKey(of table: MovedTable) async throws -> [MovedValue]? { try await store.lastKey(of: table) }
    func page(of table: MovedTable, after key: [MovedValue]?, limit: Int) async throws -> MovedPage {
        try await store.page(of: table, after: key, limit: limit)
    }
    func follow(_ record: MoveRecord) async throws { try await store.follow(record) }
    func notes(limit: Int) async throws -> [MoveNote] { try await store.notes(limit: limit) }
    func forget(_ notes: [MoveNote]) async throws { try await store.forget(notes) }
    func rows(of table: MovedTable, keys: [MoveNote]) async throws -> MovedPage { try await store.rows(of: table, keys: keys) }
    func replace(_ removed: [MoveNote], by page: MovedPage, in table: MovedTable, keepingOthers keepsOthers: Bool) async throws {
        try await left.take()
        try await store.replace(removed, by: page, in: table, keepingOthers: keepsOthers)
    }
    func write(_ page: MovedPage, to table: MovedTable, keepingOthers keepsOthers: Bool) async throws {
        try await left.take()
        // In small pieces, so that it may die within a table.
        for row in 0..<page.count {
            try await store.write(MovedPage(table, values: Array(page[row])), to: table, keepingOthers: keepsOthers)
            if row < page.count - 1 { try await left.take() }
        }
    }
    func fence(_ record: MoveRecord) async throws {
        try await beforeFence(record)
        try await store.fence(record)
    }
    func fill(_ record: MoveRecord) async throws {
        try await left.take()
        try await store.fill(record)
    }
    func abandonMove() async throws { try await store.abandonMove() }
    func close() async { await store.close() }
}
