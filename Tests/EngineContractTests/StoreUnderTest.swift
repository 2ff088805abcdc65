import GRDB
import PostgresEngine
import ShippyCore
import TestSupport
import Testing

@testable import EmbeddedEngines

/// A store that the contract is tested on, each test with one of its own.
enum StoreUnderTest: String, CaseIterable, CustomTestStringConvertible {
    /// SQLite with an outbox, SQLite that publishes into its own log, and PostgreSQL.
    case sqlite, sqliteWithLog, postgres

    static let casesWithOutbox = allCases.filter { $0 != .sqliteWithLog }

    var testDescription: String { rawValue }

    func with(_ body: (any Store) async throws -> Void) async throws {
        try await withPlace { try await $0.with(body) }
    }

    /// For tests of the outbox alone.
    func withOutbox(_ body: (any Store, any Outbox) async throws -> Void) async throws {
        try await with { store in try await body(store, try #require(store.outbox)) }
    }

    /// Where a store is kept, so that a test can open it more than once.
    func withPlace(_ body: (Place) async throws -> Void) async throws {
        switch self {
        case .sqlite:
            let directory = try TemporaryDirectory()
            try await body(.file(directory("store.db"), .outbox))
        case .sqliteWithLog:
            let directory = try TemporaryDirectory()
            try await body(.file(directory("store.db"), .log(groups: [])))
        case .postgres:
            try await body(.server(try await PostgresServer.shared.database()))
        }
    }

    enum Place {
        case file(String, EventDestination = .outbox)
        case server(String)

        func open(retention: StoreRetention = StoreRetention(), clock: SteadyClock = .system) throws -> any Store {
            switch self {
            case .file(let path, let destination): try SQLiteStore(path: path, events: destination, retention: retention)
            case .server(let url): try PostgresStore(url: url, connections: 4, retention: retention, clock: clock)
            }
        }

        func with(
            retention: StoreRetention = StoreRetention(), clock: SteadyClock = .system, _ body: (any Store) async throws -> Void
        ) async throws {
            let store = try open(retention: retention, clock: clock)
            do {
                try await body(store)
            } catch {
                await store.close()
                throw error
            }
            await store.close()
        }

        /// Runs SQL as somebody beside the program would.
        func execute(_ sql: String) async throws {
            switch self {
            case .file(let path, _): try await DatabaseQueue(path: path).write { try $0.execute(sql: sql) }
            case .server(let url): try await PostgresServer.execute("SET search_path = shippy; \(sql)", at: url)
            }
        }
    }
}

extension Store {
    /// The events that its users have caused, in order: they wait in the outbox, or are in the log.
    func causedEvents() async throws -> [CausedEvent] {
        if let outbox {
            let claim = try await outbox.claimOutbox(limit: 1000, owner: "test", lease: .seconds(5), at: BusPosition(identity: "bus", sequence: 0))
            try await outbox.releaseOutbox(fence: claim.fence)
            return claim.records.map { CausedEvent(id: $0.event.id, headers: $0.event.headers, payload: $0.event.payload) }
        }
        let store = try #require(self as? SQLiteStore)
        return try await store.database.read { db in
            try EventLog.read(db, from: 1, through: .max, limit: 1000).map { CausedEvent(id: $0.id, headers: $0.headers, payload: $0.payload) }
        }
    }
}

/// What an event keeps on its way, wherever it is.
struct CausedEvent: Hashable {
    var id: String
    var headers: EventHeaders
    var payload: [UInt8]
}
