import ShippyClient
import ShippyConfiguration
import ShippyCore
import ShippyDiscovery

/// A command's access to the users service: a registered instance, or the service in this process.
final class UsersAccess: Sendable {
    // Both try the registered instances, and start the services here if none answers.
    let users: any UsersAPI
    let access: any AccessAPI
    /// What the registered instances are shown.
    let credentials: CommandCredentials
    /// nil if the service's address is given: then nothing is started here.
    private let local: LocalServices?
    private let connections: Connections

    static func open(_ context: CommandContext, registry: any ServiceRegistry) async throws -> UsersAccess {
        UsersAccess(context, registry: registry, discovery: try await context.discover(.users, in: registry))
    }

    private init(_ context: CommandContext, registry: any ServiceRegistry, discovery: Discovery) {
        let connections = Connections(context.configuration)
        let local = LocalServices(context, registry: registry, instances: discovery.instances)
        let balancer = Balancer(discovery: discovery, service: Role.users.rawValue)
        credentials = context.credentials { try await Self.refresh($0, context) }
        users = FallbackUsers(
            service: Fallback(
                remote: UsersClient(balancer: balancer, connections: connections, credentials: credentials.forCalls), context,
                discovery: discovery, connections: connections, services: local, local: { try await local.users(causesWork: $0) }))
        access = FallbackAccess(
            service: Fallback(
                remote: AccessClient(balancer: balancer, connections: connections, credentials: credentials.forCalls), context,
                discovery: discovery, connections: connections, services: local, local: { try await local.access(causesWork: $0) }))
        self.connections = connections
        self.local = local
    }

    /// Calls the service at this address, and nothing else.
    init(_ context: CommandContext, at address: HostPort) {
        local = nil
        connections = Connections(context.configuration)
        credentials = context.credentials { try await Self.refresh($0, context) }
        let balancer = Balancer(discovery: Discovery(of: .users, at: address, context.configuration), service: Role.users.rawValue)
        users = UsersClient(balancer: balancer, connections: connections, credentials: credentials.forCalls)
        access = AccessClient(balancer: balancer, connections: connections, credentials: credentials.forCalls)
    }

    /// Gets the next tokens of a login, over connections of its own. The call needs no other credential.
    static func refresh(_ refreshToken: String, _ context: CommandContext) async throws -> Login {
        try await context.withUsersAccess { try await $0.access.refresh(refreshToken, requestID: context.requestID) }
    }

    /// Waits for the work started in this process, and closes the connections.
    func close() async throws {
        try await closing({ await connections.close() }, after: { try await local?.finish() })
    }
}

extension Fallback {
    /// - Parameter services: those in this process.
    fileprivate init(
        remote: API, _ context: CommandContext, discovery: Discovery, connections: Connections, services: LocalServices,
        local: @escaping @Sendable (_ causesWork: Bool) async throws -> API
    ) {
        let configuration = context.configuration
        self.init(
            remote: remote, hasInstances: { !discovery.instances.isEmpty },
            hasAnswer: { await connections.reachesAny(of: discovery.instances) }, isServingHere: { services.isStarted },
            mayServeHere: { configuration.isEmbedded }, local: local,
            place: configuration.registry == .embedded ? "running on this machine" : "registered in \(configuration.registry.place)")
    }
}
