import Foundation
import TestSupport
import Testing

/// Services and commands find out whether they work on the same store.
@Suite struct StoreIdentityTests {
    private let home: TemporaryDirectory

    init() throws {
        home = try TemporaryDirectory()
    }

    private func shippy(_ arguments: String..., store: String) async throws -> Outcome {
        try await ShippyBinary.run(arguments, home: home.path, environment: ["SHIPPY_STORE": store])
    }

    private func serveUsers(store: String) async throws -> Server {
        try await Server.start(["serve", "users"], home: home.path, ["--registry-ttl", "3s"], environment: ["SHIPPY_STORE": store])
    }

    private func registeredStores(_ store: String) async throws -> [String?] {
        try await shippy("registry", "list", "-o", "jsonl", store: store).objects().map { ($0["metadata"] as? [String: Any])?["store"] as? String }
    }

    @Test func commandsRefuseServicesOfAnotherDatabase() async throws {
        let (original, copy) = (try await PostgresServer.shared.database(), try await PostgresServer.shared.database())
        let server = try await serveUsers(store: original)
        #expect(try await shippy("user", "create", "ada@example.com", store: original).status == 0)
        try await PostgresServer.copy(original, to: copy)
        let refused = try await shippy("user", "delete", "ada@example.com", store: copy)
        #expect(refused.status == 77, "\(refused.errors)")
        #expect(refused.errors.contains("a different store"))
        #expect(try await shippy("user", "get", "ada@example.com", store: original).status == 0)
        try await server.stop()
    }

    @Test func aStoreThatWasAwayIsNamedWhenItAnswers() async throws {
        let postgres = try await PostgresServer.start()
        let url = try await postgres.database()
        try await postgres.crash()
        let server = try await serveUsers(store: url)
        #expect(try await registeredStores(url) == [nil, nil])
        try await eventually("it says what it waits for") {
            server.process.errors.contains("shippy: not everything works yet: store: cannot reach PostgreSQL")
        }
        try await postgres.restart()
        try await eventually("both instances name it") {
            let stores = try await registeredStores(url)
            return stores.count == 2 && stores.allSatisfy { $0 != nil }
        }
        #expect(try await shippy("user", "create", "ada@example.com", store: url).status == 0)
        try await server.stop()
        try await postgres.crash()
    }
}
