import EmbeddedEngines
import GRDB
import ShippyCore
import TestSupport
import Testing

/// Clocks that are set back, and machines that are started anew.
@Suite struct StoreClockTests {
    private let hour: Int64 = 3_600_000

    private func hold(_ store: any Store) async throws {
        _ = try await store.insert([Samples.newUser("ada@example.com")])
        _ = try await store.enqueue([Samples.mail()])
        #expect(try await claimMails(store, "dead").count == 1)
        #expect(try await claimOutbox(store, "dead").records.count == 1)
        #expect(try await claimMails(store, "b").isEmpty)
        #expect(try await claimOutbox(store, "b") == .none)
    }

    private func claimMails(_ store: any Store, _ owner: String) async throws -> [ClaimedMail] {
        try await store.claimMails(limit: 10, owner: owner, lease: .seconds(1200), domainLimits: [:], defaultDomainLimit: 10)
    }

    private func claimOutbox(_ store: any Store, _ owner: String) async throws -> OutboxClaim {
        try await #require(store.outbox).claimOutbox(limit: 10, owner: owner, lease: .seconds(1200), at: BusPosition(identity: "bus", sequence: 0))
    }

    /// Nobody who held a lease before a restart is there after it. The wall clock may be behind then: its battery is empty.
    @Test(arguments: [0, 3_600_000] as [Int64]) func leasesEndWithTheMachinesRestart(behindBy milliseconds: Int64) async throws {
        let directory = try TemporaryDirectory()
        let place = StoreUnderTest.Place.file(directory("store.db"))
        try await place.with { try await hold($0) }
        try await place.execute("UPDATE engine SET boot = 'an earlier one', latest = latest + \(milliseconds)")
        try await place.with { store in
            let (mails, claim) = (try await claimMails(store, "b"), try await claimOutbox(store, "b"))
            #expect(mails.count == 1)
            #expect(claim.records.count == 1)
        }
    }

    @Test func theEmbeddedClockNeverGoesBack() async throws {
        let directory = try TemporaryDirectory()
        func open(onNewBoot: (Database, EngineTime) throws -> Void = { _, _ in }) throws -> EmbeddedDatabase {
            try EmbeddedDatabase(path: directory("clock.db"), durability: .full, migrator: DatabaseMigrator(), onNewBoot: onNewBoot)
        }
        let first = try open { _, _ in Issue.record("a new file has no earlier boot") }
        let start = first.clock.now
        #expect(abs((first.clock.wallTime(of: start) - .now).seconds) < 5)
        first.close()
        let same = try open { _, _ in Issue.record("the machine was not restarted") }
        #expect(same.clock.now >= start)
        let ahead = (start + .seconds(3600)).milliseconds
        try await same.write { try $0.execute(sql: "UPDATE engine SET boot = 'an earlier one', latest = \(ahead)") }
        same.close()
        var restarts = 0
        let after = try open { _, _ in restarts += 1 }
        #expect(restarts == 1)
        #expect(after.clock.now.milliseconds >= ahead)
        // People see the wall clock's time.
        #expect(abs((after.clock.wallTime(of: after.clock.now) - .now).seconds) < 5)
        // And where the wall clock is ahead, the time of the restart counts.
        try await after.write { try $0.execute(sql: "UPDATE engine SET boot = 'an earlier one', latest = 1000") }
        after.close()
        let last = try open()
        #expect(abs(last.clock.now.milliseconds - Timestamp.now.milliseconds) < 60_000)
        last.close()
    }

    /// The latest time is written down with what is written, so that it is there after a restart.
    @Test func theEmbeddedClockIsNotedWithWrites() async throws {
        let directory = try TemporaryDirectory()
        let database = try EmbeddedDatabase(path: directory("clock.db"), durability: .full, migrator: DatabaseMigrator())
        defer { database.close() }
        let start = database.clock.now
        try await eventually("the clock is noted") {
            try await database.write { try $0.execute(sql: "CREATE TABLE IF NOT EXISTS t(x); INSERT INTO t VALUES (1)") }
            return try await database.read { try Int64.fetchOne($0, sql: "SELECT latest FROM engine")! } > start.milliseconds
        }
    }

    /// As after a server's clock was an hour ahead, and was put right: what was written down then lies an hour ahead.
    @Test func aPostgresClockThatIsSetBackHoldsNothing() async throws {
        let place = StoreUnderTest.Place.server(try await PostgresServer.shared.database())
        try await place.with { store in
            _ = try await store.insert([Samples.newUser("ada@example.com")])
            _ = try await store.enqueue([Samples.mail(), Samples.mail(due: .now + .seconds(1800))])
            let held = try await #require(store.outbox).claimOutbox(
                limit: 10, owner: "dead", lease: .milliseconds(1), at: BusPosition(identity: "bus", sequence: 0))
            #expect(held.records.count == 1)
            try await place.execute(
                """
                UPDATE engine SET latest = latest + \(hour); UPDATE mails SET due_at = due_at + \(hour);
                UPDATE outbox_lease SET until = until + \(hour)
                """)
            #expect(try await claimMails(store, "b").isEmpty)
            // One look has put it right, once.
            let mails = try await eventually("the mail is due") {
                let mails = try await claimMails(store, "b")
                return mails.isEmpty ? nil : mails
            }
            #expect(mails.count == 1)
            try await eventually("the outbox is free") { try await claimOutbox(store, "b").records.count == 1 }
            let left = try #require(try await store.nextMailDue())
            #expect(left > .seconds(600) && left <= .seconds(1800))
        }
    }
}
