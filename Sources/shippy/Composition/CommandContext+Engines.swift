import ShippyConfiguration
import ShippyCore

// What a command opens is closed when the command is done with it, also when it fails.

extension CommandContext {
    func withStore<Value>(_ body: (any Store) async throws -> Value) async throws -> Value {
        let store = try Engines.openStore(configuration)
        return try await closing({ await store.close() }) { try await body(store) }
    }

    func withBus<Value>(_ body: (any EventBus) async throws -> Value) async throws -> Value {
        let bus = try Engines.openBus(configuration)
        return try await closing({ await bus.close() }) { try await body(bus) }
    }

    func withRegistry<Value>(_ body: (any ServiceRegistry) async throws -> Value) async throws -> Value {
        let registry = try Engines.openRegistry(configuration)
        return try await closing({ await registry.close() }) { try await body(registry) }
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

    private func closing<Value>(_ close: () async -> Void, _ body: () async throws -> Value) async throws -> Value {
        do {
            let value = try await body()
            await close()
            return value
        } catch {
            await close()
            throw error
        }
    }
}
