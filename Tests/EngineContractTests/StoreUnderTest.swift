import ShippyCore
import ShippyStore
import TestSupport
import Testing

/// A store that the contract is tested on, each test with one of its own.
enum StoreUnderTest: String, CaseIterable, CustomTestStringConvertible {
    case sqlite, postgres

    var testDescription: String { rawValue }

    func with(_ body: (any Store) async throws -> Void) async throws {
        switch self {
        case .sqlite:
            let directory = try TemporaryDirectory()
            try await Self.with(try SQLiteStore(path: directory("store.db")), body)
        case .postgres:
            try await Self.with(try PostgresStore(url: try await PostgresServer.shared.database()), body)
        }
    }

    private static func with(_ store: any Store, _ body: (any Store) async throws -> Void) async throws {
        do {
            try await body(store)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }
}
