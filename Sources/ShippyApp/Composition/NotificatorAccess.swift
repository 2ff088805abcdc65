import ShippyClient
import ShippyConfiguration
import ShippyCore
import ShippyDiscovery
import ShippyNotificator

/// A command's access to the notificator: a registered instance, or the service in this process.
final class NotificatorAccess: Sendable {
    private let context: CommandContext
    private let local: LocalServices
    private let connections = Connections()
    private let discovery: Discovery

    static func open(_ context: CommandContext, registry: any ServiceRegistry) async throws -> NotificatorAccess {
        let discovery = Discovery(registry: registry, service: Role.notificator.rawValue, protocol: "grpc")
        _ = try await discovery.load()
        try await SameStore.require(discovery.instances, context)
        return NotificatorAccess(context, registry: registry, discovery: discovery)
    }

    private init(_ context: CommandContext, registry: any ServiceRegistry, discovery: Discovery) {
        self.context = context
        self.discovery = discovery
        local = LocalServices(context, registry: registry)
    }

    /// Queues a mail.
    ///
    /// A request whose answer was lost is not repeated, neither elsewhere nor here, because it may have been carried out.
    /// - Returns: the mail's ID.
    func send(to address: EmailAddress, content: String) async throws -> String {
        if try await mustServeHere() {
            return try await local.notificator().send(to: address.description, content: content, requestID: context.requestID)
        }
        let client = NotificatorClient(balancer: Balancer(discovery: discovery, service: Role.notificator.rawValue), connections: connections)
        return try await client.send(to: address.description, content: content, requestID: context.requestID)
    }

    /// Whether no notificator is registered or, with embedded engines, none answers. A notificator that died stays registered until
    /// its lease ends.
    private func mustServeHere() async throws -> Bool {
        if discovery.instances.isEmpty { return true }
        guard context.configuration.isEmbedded else { return false }
        for instance in discovery.instances {
            do {
                try await connections.reach(instance)
                return false
            } catch let error as ShippyError where error.code == .unavailable {
                continue
            }
        }
        return true
    }

    /// Waits for the work started in this process, and closes everything.
    func close() async throws {
        try await closing({ await connections.close() }, after: { try await local.finish() })
    }
}
