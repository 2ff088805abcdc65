import GRDB
import ShippyCore
import ShippyStore
import TestSupport
import Testing

/// A store that the contract is tested on, each test with one of its own.
enum StoreUnderTest: String, CaseIterable, CustomTestStringConvertible {
    case sqlite, postgres

    var testDescription: String { rawValue }

    func with(_ body: (any Store) async throws -> Void) async throws {
        try await withPlace { try await $0.with(body) }
    }

    /// Where a store is kept, so that a test can open it more than once.
    func withPlace(_ body: (Place) async throws -> Void) async throws {
        switch self {
        case .sqlite:
            let directory = try TemporaryDirectory()
            try await body(.file(directory("store.db")))
        case .postgres:
            try await body(.server(try await PostgresServer.shared.database()))
        }
    }

    enum Place {
        case file(String)
        case server(String)

        func open(retention: Retention = Retention()) throws -> any Store {
            switch self {
            case .file(let path): try SQLiteStore(path: path, retention: retention)
            case .server(let url): try PostgresStore(url: url, connections: 4, retention: retention)
            }
        }

        func with(retention: Retention = Retention(), _ body: (any Store) async throws -> Void) async throws {
            let store = try open(retention: retention)
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
            case .file(let path): try await DatabaseQueue(path: path).write { try $0.execute(sql: sql) }
            case .server(let url): try await PostgresServer.execute("SET search_path = shippy; \(sql)", at: url)
            }
        }
    }
}
