import ShippyConfiguration
import ShippyCore

// What a command opens is closed when the command is done with it, also when it fails.

extension CommandContext {
    /// - Parameter home: for engines that are opened together.
    func withStore<Value>(in home: HomeDatabase? = nil, _ body: (any Store) async throws -> Value) async throws -> Value {
        let store = try Engines.openStore(configuration, in: home)
        return try await closing({ await store.close() }, after: { try await body(store) })
    }

    /// - Parameter home: for engines that are opened together.
    func withBus<Value>(in home: HomeDatabase? = nil, _ body: (any EventBus) async throws -> Value) async throws -> Value {
        let bus = try Engines.openBus(configuration, in: home)
        return try await closing({ await bus.close() }, after: { try await body(bus) })
    }

    func withRegistry<Value>(_ body: (any ServiceRegistry) async throws -> Value) async throws -> Value {
        let registry = try Engines.openRegistry(configuration)
        return try await closing({ await registry.close() }, after: { try await body(registry) })
    }

    /// Hands over the users service, and finishes what `body` caused there.
    func withUsers(_ body: (any UsersAPI) async throws -> Void) async throws {
        let access = try await UsersAccess.open(self)
        do {
            try await body(access.users)
        } catch {
            // The first error is the one to tell of.
            try? await access.close()
            throw error
        }
        try await access.close()
    }
}
