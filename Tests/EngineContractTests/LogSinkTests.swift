import Foundation
import ShippyCore
import TestSupport
import Testing

@testable import EmbeddedEngines

/// A store that publishes into the log in the same file.
@Suite struct LogSinkTests {
    private let group = ConsumerConfiguration(name: "group", filter: SubjectFilter(.userCreated))

    private func withEngines(_ body: (SQLiteStore, EmbeddedBus) async throws -> Void) async throws {
        let directory = try TemporaryDirectory()
        let database = try EmbeddedDatabase(main: directory("shippy.db"))
        let store = try SQLiteStore(database, events: .log(groups: [group]))
        let bus = try EmbeddedBus(database, retention: .init(age: .zero, bytes: 0))
        do {
            try await body(store, bus)
        } catch {
            await store.close()
            await bus.close()
            throw error
        }
        // The first one that closes leaves the file to the other.
        await store.close()
        _ = try await bus.position()
        await bus.close()
    }

    @Test func theCommitOfAUserIsThePublishOfItsEvent() async throws {
        try await withEngines { store, bus in
            #expect(store.outbox == nil)
            let users = (0..<3).map { Samples.newUser("u\($0)@example.com") }
            _ = try await store.insert(users + [Samples.newUser("U0@example.com")])
            let events = try await bus.reader(subjects: [SubjectFilter(.userCreated)], from: .all).events(3)
            #expect(events.map(\.id) == users.map(\.event.id))
            #expect(events.map(\.sequence) == [1, 2, 3])
            #expect(try await bus.position().sequence == 3, "none for the one that failed")
        }
    }

    @Test func aReaderIsWokenByTheCommit() async throws {
        try await withEngines { store, bus in
            let reader = try await bus.reader(subjects: [SubjectFilter(.userCreated)], from: .new)
            async let items = reader.next(limit: 10, wait: .seconds(30))
            try await Task.sleep(for: .milliseconds(50))
            _ = try await store.insert([Samples.newUser("ada@example.com")])
            #expect(try await items.count == 1)
        }
    }

    /// Whoever waits looks once a second by itself: so it is not the waiting that shows it, but what is waited for.
    @Test func otherProcessesAreToldOfTheCommit() async throws {
        let directory = try TemporaryDirectory()
        let store = try SQLiteStore(path: directory("shippy.db"), events: .log(groups: [group]))
        func signals() throws -> Int { try Data(contentsOf: URL(filePath: directory("shippy.db-events-changed"))).count }
        #expect(try signals() == 0)
        _ = try await store.insert([Samples.newUser("ada@example.com")])
        #expect(try signals() == 1)
        await store.close()
    }

    /// Before the first notificator has ever started.
    @Test func theGroupIsThereBeforeTheFirstEventCanExpire() async throws {
        try await withEngines { store, bus in
            let other = try await bus.consumer(ConsumerConfiguration(name: "other", filter: SubjectFilter(.userCreated)))
            _ = try await store.insert([Samples.newUser("ada@example.com")])
            try await other.settle(try await other.fetch(limit: 10, wait: .seconds(5)), failures: [:])
            try await Task.sleep(for: .milliseconds(5))
            try await bus.maintain()
            #expect(try await bus.status().firstSequence == 1)
            #expect(try await bus.consumer(group).fetch(limit: 10, wait: .zero).events.count == 1)
        }
    }
}
