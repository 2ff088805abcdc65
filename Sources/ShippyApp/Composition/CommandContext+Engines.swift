import ShippyConfiguration
import ShippyCore

// Engines opened for a command are closed after it, even if it fails.

extension CommandContext {
    /// - Parameter home: the shared database of engines that are opened together.
    func withStore<Value>(in home: HomeDatabase? = nil, _ body: (any Store) async throws -> Value) async throws -> Value {
        let store = try Engines.openStore(configuration, in: home)
        return try await closing({ await store.close() }, after: { try await body(store) })
    }

    /// - Parameter home: the shared database of engines that are opened together.
    func withBus<Value>(in home: HomeDatabase? = nil, _ body: (any EventBus) async throws -> Value) async throws -> Value {
        let bus = try Engines.openBus(configuration, in: home)
        return try await closing({ await bus.close() }, after: { try await body(bus) })
    }

    func withRegistry<Value>(_ body: (any ServiceRegistry) async throws -> Value) async throws -> Value {
        let registry = try Engines.openRegistry(configuration)
        return try await closing({ await registry.close() }, after: { try await body(registry) })
    }

    /// Runs `body` with the users service, then waits for the work that it caused.
    func withUsers(_ body: (any UsersAPI) async throws -> Void) async throws {
        let access = try await UsersAccess.open(self)
        do {
            try await body(access.users)
        } catch {
            // Report the first error, not one of the cleanup.
            try? await access.close()
            throw error
        }
        try await access.close()
    }
}
