import Logging
import ShippyClient
import ShippyConfiguration
import ShippyCore
import ShippyDiscovery
import ShippyUsers

/// A command's access to the users service: a registered instance, or the service in this process.
final class UsersAccess: Sendable {
    /// Tries the registered instances, and starts the services here if none answers.
    let users: any UsersAPI
    private let local: LocalServices
    private let connections: Connections
    private let registry: any ServiceRegistry

    static func open(_ context: CommandContext) async throws -> UsersAccess {
        let registry = try Engines.openRegistry(context.configuration)
        let discovery = Discovery(registry: registry, service: Role.users.rawValue, protocol: "grpc")
        do {
            _ = try await discovery.load()
            try await SameStore.require(discovery.instances, context)
        } catch {
            await registry.close()
            throw error
        }
        return UsersAccess(context, registry: registry, discovery: discovery)
    }

    private init(_ context: CommandContext, registry: any ServiceRegistry, discovery: Discovery) {
        let configuration = context.configuration
        self.registry = registry
        connections = Connections()
        local = LocalServices(context, registry: registry)
        let remote = UsersClient(balancer: Balancer(discovery: discovery, service: Role.users.rawValue), connections: connections)
        users = FallbackUsers(
            remote: remote, hasInstances: { !discovery.instances.isEmpty },
            hasAnswer: { [connections] in await connections.reachesAny(of: discovery.instances) }, isServingHere: { [local] in local.isStarted },
            mayServeHere: { configuration.isEmbedded }, local: { [local] in try local.users(causesWork: $0) },
            place: configuration.registry == .embedded ? "running on this machine" : "registered in \(configuration.registry.place)")
    }

    /// Waits for the work started in this process, and closes everything.
    func close() async throws {
        try await closing(
            {
                await connections.close()
                await registry.close()
            },
            after: { try await local.finish() })
    }
}
