import Foundation
import GRDB
import ShippyCore
import TestSupport
import Testing

@testable import EmbeddedEngines

/// A data directory of a release that kept events in a file of their own, and moved them there from an outbox.
@Suite struct TakeoverTests {
    private let group = ConsumerConfiguration(name: "notificator", filter: SubjectFilter(.userCreated))
    private let home: TemporaryDirectory

    init() throws {
        home = try TemporaryDirectory()
        try EarlierHome.make(at: home.path)
    }

    private func open() throws -> EmbeddedDatabase {
        try EmbeddedDatabase(main: home("shippy.db"), takingOver: home("events.db"))
    }

    private func withEngines(_ body: (SQLiteStore, EmbeddedBus) async throws -> Void) async throws {
        let database = try open()
        let store = try SQLiteStore(database, events: .log(groups: [group]))
        let bus = try EmbeddedBus(database)
        do {
            try await body(store, bus)
        } catch {
            await bus.close()
            await store.close()
            throw error
        }
        await bus.close()
        await store.close()
    }

    private func rows(_ file: String, _ sql: String) throws -> [Row] {
        try DatabaseQueue(path: home(file)).read { try Row.fetchAll($0, sql: sql) }
    }

    private var logIsAlone: Bool {
        (try? FileManager.default.contentsOfDirectory(atPath: home.path).filter { $0.hasPrefix("events.db") }.isEmpty) ?? false
    }

    @Test func everythingIsThere() async throws {
        let tables = [
            ("shippy.db", "SELECT id, name, company, email, password_hash, created_at, request_id FROM users ORDER BY id"),
            ("shippy.db", "SELECT * FROM idempotency ORDER BY key"),
            ("events.db", "SELECT * FROM consumers"),
        ]
        let mails = "SELECT id, event_id, recipient, template, state, attempts, last_reply, fence, created_at FROM mails ORDER BY id"
        let events = "SELECT seq, id, subject, time, headers, payload, peak FROM events WHERE seq <= 10 ORDER BY seq"
        let before = try tables.map { try rows($0, $1) }
        let (mailsBefore, eventsBefore) = (try rows("shippy.db", mails), try rows("events.db", events))
        let identity = try rows("events.db", "SELECT identity FROM stream")[0][0] as String
        let expected = try EarlierHome.eventIDs(at: home.path)
        #expect(expected.count == 14)
        // What is there is taken over once, however often it is opened.
        for _ in 0..<3 {
            try await withEngines { store, bus in
                #expect(try await store.userCount() == 12)
                #expect(try await store.mailCounts() == [.sent: 3, .queued: 1, .sending: 1, .dead: 1])
                #expect(try await bus.position() == BusPosition(identity: identity, sequence: 14))
                let status = try await bus.status()
                #expect(status.deadLetters == 1)
                #expect(status.firstSequence == 1)
                #expect(status.consumers == [BusStatus.Consumer(name: "notificator", filter: SubjectFilter(.userCreated), lag: 6, inWork: 1)])
                let items = try await bus.reader(subjects: [SubjectFilter(">")], from: .all).next(limit: 100, wait: .zero)
                #expect(items.compactMap { if case .event(let event) = $0 { event.id } else { nil } } == expected)
                #expect(store.outbox == nil)
            }
            #expect(logIsAlone)
            for (table, rowsBefore) in zip(tables, before) { #expect(try rows("shippy.db", table.1) == rowsBefore, "\(table)") }
            #expect(try rows("shippy.db", mails) == mailsBefore)
            #expect(try rows("shippy.db", events) == eventsBefore)
            #expect(try rows("shippy.db", "SELECT 1 FROM outbox UNION ALL SELECT 1 FROM outbox_set_aside").isEmpty)
        }
    }

    /// Deliveries are counted on, and no number of a lease is given out twice.
    @Test func aGroupGoesOnWhereItWas() async throws {
        let lastLease = try #require(try rows("events.db", "SELECT seq FROM sqlite_sequence WHERE name = 'leases'").first?[0] as Int64?)
        try await withEngines { _, bus in
            let member = try await bus.consumer(group)
            let again = try await member.fetch(limit: 100, wait: .zero)
            #expect(again.events.map(\.sequence) == [9])
            #expect(again.attempt == 3)
            #expect(again.token > lastLease)
            try await member.settle(again, failures: [:])
            let rest = try await member.fetch(limit: 100, wait: .zero)
            #expect(rest.events.map(\.sequence) == [10, 11, 12, 13, 14])
            try await member.settle(rest, failures: [:])
            #expect(try await bus.status().consumers[0].lag == 0)
        }
    }

    /// A key of then gives the user of then, and a new user's event comes after those that are there.
    @Test func creationsGoOn() async throws {
        let known = try rows("shippy.db", "SELECT key, fingerprint, user_id FROM idempotency WHERE key = 'key-ada'")[0]
        try await withEngines { store, bus in
            let key = IdempotencyKey(key: known[0], fingerprint: known[1])
            let repeated = try await store.insert([Samples.newUser("ada@example.com", idempotency: key)])[0].get()
            #expect(!repeated.isNew)
            #expect(repeated.user.id == known[2])
            let new = Samples.newUser("new@example.com")
            #expect(try await store.insert([new])[0].get().isNew)
            #expect(try await bus.eventID(at: 15) == new.event.id)
        }
    }

    /// Where the bus is another system, what waits for it goes on waiting.
    @Test func anOutboxForAnotherBusStays() async throws {
        let database = try open()
        let store = try SQLiteStore(database)
        let status = try await #require(store.outbox).outboxStatus()
        #expect(status.pending == 2)
        #expect(status.setAside == 1)
        let bus = try EmbeddedBus(database)
        #expect(try await bus.position().sequence == 10)
        await bus.close()
        await store.close()
        #expect(logIsAlone)
    }

    /// Where users are elsewhere, only the events are in the directory.
    @Test func aLogAloneIsTakenOver() async throws {
        for file in try FileManager.default.contentsOfDirectory(atPath: home.path) where file.hasPrefix("shippy.db") {
            try FileManager.default.removeItem(atPath: home(file))
        }
        let bus = try EmbeddedBus(try open())
        #expect(try await bus.position().sequence == 10)
        #expect(try await bus.status().consumers.map(\.lag) == [2])
        await bus.close()
        #expect(logIsAlone)
    }

    /// An earlier release that runs would go on writing to what is being taken away.
    @Test func aLogThatIsInUseIsLeftAlone() async throws {
        let other = try DatabasePool(path: home("events.db"))
        let error = #expect(throws: ShippyError.self) { _ = try open() }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("stop it first") == true)
        #expect(try rows("shippy.db", "SELECT identifier FROM grdb_migrations").count == 6)
        try other.close()
        try await withEngines { _, bus in
            let sequence = try await bus.position().sequence
            #expect(sequence == 14)
        }
    }

    /// As after a crash between the commit of the copy and the removal of the original.
    @Test func anOriginalThatWasLeftBehindIsNotTakenTwice() async throws {
        try FileManager.default.copyItem(atPath: home("events.db"), toPath: home("kept"))
        try await withEngines { store, _ in _ = try await store.insert([Samples.newUser("new@example.com")]) }
        try FileManager.default.moveItem(atPath: home("kept"), toPath: home("events.db"))
        try await withEngines { _, bus in
            let sequence = try await bus.position().sequence
            #expect(sequence == 15)
        }
        #expect(logIsAlone)
    }

    /// What knows only its own migrations must not touch the file any more.
    @Test func anEarlierReleaseRefusesIt() async throws {
        var earlier = DatabaseMigrator()
        let known = try rows("shippy.db", "SELECT identifier FROM grdb_migrations").map { $0[0] as String }
        for name in known { earlier.registerMigration(name) { _ in } }
        func isRefused() throws -> Bool { try DatabaseQueue(path: home("shippy.db")).read { try earlier.hasBeenSuperseded($0) } }
        #expect(try !isRefused())
        try await withEngines { _, _ in }
        #expect(try isRefused())
    }
}
