import ShippyCore
import ShippyStore
import TestSupport
import Testing

/// A store that the contract is tested on, each test with one of its own.
enum StoreUnderTest: String, CaseIterable, CustomTestStringConvertible {
    case sqlite

    var testDescription: String { rawValue }

    func with(_ body: (any Store) async throws -> Void) async throws {
        switch self {
        case .sqlite:
            let directory = try TemporaryDirectory()
            let store = try SQLiteStore(path: directory("store.db"))
            try await body(store)
            await store.close()
        }
    }
}
