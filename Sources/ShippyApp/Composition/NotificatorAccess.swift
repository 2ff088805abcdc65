import ShippyClient
import ShippyConfiguration
import ShippyCore
import ShippyDiscovery
import ShippyNotificator

/// A command's access to the notificator: a registered instance, or the service in this process.
final class NotificatorAccess: Sendable {
    private let context: CommandContext
    /// nil if the service's address is given: then nothing is started here.
    private let local: LocalServices?
    private let connections: Connections
    private let discovery: Discovery
    /// What the registered instances are shown.
    let credentials: CommandCredentials

    static func open(_ context: CommandContext, registry: any ServiceRegistry) async throws -> NotificatorAccess {
        NotificatorAccess(context, registry: registry, discovery: try await context.discover(.notificator, in: registry))
    }

    private init(_ context: CommandContext, registry: any ServiceRegistry, discovery: Discovery) {
        self.context = context
        self.discovery = discovery
        connections = Connections(context.configuration)
        local = LocalServices(context, registry: registry, instances: discovery.instances)
        credentials = context.credentials { try await UsersAccess.refresh($0, context) }
    }

    /// Calls the notificator at this address, and nothing else.
    init(_ context: CommandContext, at address: HostPort) {
        self.context = context
        discovery = Discovery(of: .notificator, at: address, context.configuration)
        local = nil
        connections = Connections(context.configuration)
        credentials = context.credentials { try await UsersAccess.refresh($0, context) }
    }

    /// Queues a mail. A running notificator sends it with its own mailer.
    ///
    /// A request whose answer was lost is not repeated, neither elsewhere nor here, because it may have been carried out.
    /// - Returns: the mail's ID.
    func send(to address: EmailAddress, content: String) async throws -> String {
        if let local, try await mustServeHere() {
            return try await local.notificator().send(to: address.description, content: content, requestID: context.requestID)
        }
        try checkMailer()
        let client = NotificatorClient(
            balancer: Balancer(discovery: discovery, service: Role.notificator.rawValue), connections: connections,
            credentials: credentials.forCalls)
        return try await context.naming(Settings.notificatorAddress) {
            try await client.send(to: address.description, content: content, requestID: context.requestID)
        }
    }

    /// A mailer that only this command is given would not be tested.
    /// - Throws: ``ShippyError`` `.usage` for one on the command line. A variable may have the notificator's own value.
    private func checkMailer() throws {
        switch context.configuration.sources.given(Settings.mailer.row)?.origin {
        case .flag(let name):
            throw ShippyError(
                .usage, "\(name) has no effect while a notificator is running, because it uses its own mailer: leave it out, or stop the notificator")
        case .variable(let name):
            Console.say("shippy: the running notificator uses its own mailer, whatever \(name) says")
        case .context(let name, _, _):
            Console.say("shippy: the running notificator uses its own mailer, whatever context \(name) says")
        case .tutorial, .file, .standard, nil: break
        }
    }

    /// Whether, with embedded engines, no notificator answers. One that died stays registered until its lease ends.
    /// - Throws: ``ShippyError`` `.unavailable` if none is registered and an engine is remote.
    private func mustServeHere() async throws -> Bool {
        if context.configuration.isEmbedded { return await !connections.reachesAny(of: discovery.instances) }
        guard discovery.instances.isEmpty else { return false }
        throw ShippyError(
            .unavailable,
            "no notificator is registered in \(context.configuration.registry.place): start one with `shippy serve notificator`")
    }

    /// Waits for the work started in this process, and closes the connections.
    func close() async throws {
        try await closing({ await connections.close() }, after: { try await local?.finish() })
    }
}
