import GRDB
import PostgresEngine
import TestSupport

@testable import PostgresEngine

/// Keeps everybody else from writing to a store.
final class StoreLock {
    private let end: () async throws -> Void

    fileprivate init(_ end: @escaping () async throws -> Void) { self.end = end }

    func release() async throws { try await end() }
}

extension StoreUnderTest.Place {
    func lock() async throws -> StoreLock {
        switch self {
        case .file(let path, _):
            var configuration = Configuration()
            configuration.allowsUnsafeTransactions = true
            let other = try DatabaseQueue(path: path, configuration: configuration)
            try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN EXCLUSIVE") }
            return StoreLock {
                try await other.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
                try other.close()
            }
        case .server(let url):
            let other = try PostgresConnection.open(PostgresURL(url))
            try other.execute("BEGIN")
            try other.execute("LOCK TABLE shippy.users, shippy.sessions, shippy.audit")
            return StoreLock {
                try other.execute("COMMIT")
                other.close()
            }
        }
    }
}
