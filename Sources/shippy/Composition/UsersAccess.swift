import Logging
import ShippyClient
import ShippyCore
import ShippyRegistry
import ShippyUsers

/// The users service as a command reaches it: an instance that is registered, or one inside this process.
final class UsersAccess: Sendable {
    /// Tries the registered instances first, and starts the services here if none of them answers.
    let users: any UsersAPI
    private let local: LocalServices
    private let connections: Connections
    private let registry: any ServiceRegistry

    static func open(_ context: CommandContext) async throws -> UsersAccess {
        let registry = try Engines.openRegistry(context.settings, context.options)
        let discovery = Discovery(registry: registry, service: Role.users.rawValue, protocol: "grpc")
        _ = try await discovery.load()
        return UsersAccess(context, registry: registry, discovery: discovery)
    }

    private init(_ context: CommandContext, registry: any ServiceRegistry, discovery: Discovery) {
        self.registry = registry
        connections = Connections()
        local = LocalServices(context, registry: registry)
        let remote = UsersClient(balancer: Balancer(discovery: discovery, service: Role.users.rawValue), connections: connections)
        users = RepeatableUsers(users: FallbackUsers(remote: remote, discovery: discovery, local: local, context: context))
    }

    /// Finishes what was started in this process, and closes what is open.
    func close() async throws {
        try await local.finish()
        await connections.close()
        await registry.close()
    }
}

/// Asks a registered instance, and this process itself where none answers and every engine is embedded.
private struct FallbackUsers: UsersAPI {
    let remote: UsersClient
    let discovery: Discovery
    let local: LocalServices
    let context: CommandContext

    func create(_ requests: [CreateUser], requestID: String) async throws -> [Result<CreatedUser, ShippyError>] {
        try await call(writes: true) { try await $0.create(requests, requestID: local.isStarted ? local.requestID : requestID) }
    }

    func user(_ idOrEmail: String) async throws -> User {
        try await call(writes: false) { try await $0.user(idOrEmail) }
    }

    func users(after cursor: String?, limit: Int) async throws -> [User] {
        try await call(writes: false) { try await $0.users(after: cursor, limit: limit) }
    }

    func delete(_ idOrEmail: String) async throws -> User {
        try await call(writes: false) { try await $0.delete(idOrEmail) }
    }

    private func call<Value>(writes: Bool, _ body: (any UsersAPI) async throws -> Value) async throws -> Value {
        if !local.isStarted, !discovery.instances.isEmpty {
            do {
                return try await body(remote)
            } catch let error as ShippyError where error.code == .unavailable {
                guard try Engines.areEmbedded(context.settings, context.options) else { throw error }
            }
        } else if !local.isStarted, try !Engines.areEmbedded(context.settings, context.options) {
            throw ShippyError(
                .unavailable,
                "no users service is registered in \(URLs.redacted(context.settings.string("registry", context.options.registry) ?? "the registry")): start one with `shippy serve users`"
            )
        }
        return try await body(try local.users(writes: writes))
    }
}
