import ShippyCore
import TestSupport
import Testing

@testable import PostgresEngine

/// What a session of ours is set to, whatever the server's defaults are.
@Suite struct PostgresSessionTests {
    @Test(arguments: [("synchronous_commit", "off", "on"), ("lock_timeout", "0", "5s"), ("statement_timeout", "0", "10s")])
    func aDefaultOfTheServerDoesNotCount(name: String, other: String, ours: String) async throws {
        let url = try await PostgresServer.shared.database()
        try await PostgresServer.execute("ALTER DATABASE \(url.split(separator: "/").last!) SET \(name) = '\(other)'", at: url)
        let store = try PostgresStore(url: url, connections: 4)
        #expect(try await store.pool.run { try $0.execute("SHOW \(name)").first { $0.text(0) } } == ours)
        await store.close()
    }
}
