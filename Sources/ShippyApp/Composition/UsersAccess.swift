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

    static func open(_ context: CommandContext, registry: any ServiceRegistry) async throws -> UsersAccess {
        UsersAccess(context, registry: registry, discovery: try await context.discover(.users, in: registry))
    }

    private init(_ context: CommandContext, registry: any ServiceRegistry, discovery: Discovery) {
        let configuration = context.configuration
        connections = Connections()
        local = LocalServices(context, registry: registry)
        let remote = UsersClient(balancer: Balancer(discovery: discovery, service: Role.users.rawValue), connections: connections)
        users = FallbackUsers(
            remote: remote, hasInstances: { !discovery.instances.isEmpty },
            hasAnswer: { [connections] in await connections.reachesAny(of: discovery.instances) }, isServingHere: { [local] in local.isStarted },
            mayServeHere: { configuration.isEmbedded }, local: { [local] in try local.users(causesWork: $0) },
            place: configuration.registry == .embedded ? "running on this machine" : "registered in \(configuration.registry.place)")
    }

    /// Waits for the work started in this process, and closes the connections.
    func close() async throws {
        try await closing({ await connections.close() }, after: { try await local.finish() })
    }
}
