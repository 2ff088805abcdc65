import ArgumentParser
import ShippyClient
import ShippyCore
import ShippyDiscovery
import ShippyNotificator

struct MailTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Send a test mail, and show what became of it.",
        discussion: """
            Goes through a notificator that is registered, or through one inside this command. Exit status 1 when the mail was not \
            taken within 15 seconds.
            """)

    @Argument(help: "Where to.")
    var address: String

    @OptionGroup var global: GlobalOptions

    private static let patience = Duration.seconds(15)

    func run() async throws {
        let context = try await CommandContext.load(global)
        let address = try EmailAddress(address)
        let content = "This is a test mail. If you read it, mail from shippy arrives."
        let registry = try Engines.openRegistry(context.settings, context.options)
        let discovery = Discovery(registry: registry, service: Role.notificator.rawValue, protocol: "grpc")
        _ = try await discovery.load()
        try await SameStore.require(discovery.instances, context)
        let store = try Engines.openStore(context.settings, context.options)
        let local = LocalServices(context, registry: registry)
        let connections = Connections()
        let id: String
        if try await mustServeHere(discovery.instances, connections, context) {
            id = try await local.notificator().send(to: address.description, content: content, requestID: local.requestID)
        } else {
            let balancer = Balancer(discovery: discovery, service: Role.notificator.rawValue)
            id = try await NotificatorClient(balancer: balancer, connections: connections).send(to: address.description, content: content)
        }
        let mail = try await outcome(of: id, store)
        try await local.finish()
        await connections.close()
        await store.close()
        await registry.close()
        try await context.rendering.value(mail, fields: mail.fields)
        if mail.state != .sent { throw ExitCode.failure }
    }

    /// Whether the mail goes through this command: where no notificator is registered, or, with embedded engines, none of them
    /// answers. One that died is registered until its lease ends.
    private func mustServeHere(_ instances: [Instance], _ connections: Connections, _ context: CommandContext) async throws -> Bool {
        if instances.isEmpty { return true }
        guard try Engines.areEmbedded(context.settings, context.options) else { return false }
        for instance in instances {
            do {
                try await connections.reach(instance)
                return false
            } catch let error as ShippyError where error.code == .unavailable {
                continue
            }
        }
        return true
    }

    private func outcome(of id: String, _ store: any Store) async throws -> Mail {
        let deadline = ContinuousClock.now + Self.patience
        while true {
            let mark = store.mailChanges.mark
            guard let mail = try await store.mail(id: id) else {
                throw ShippyError(.failed, "mail \(id.quoted()) is not in the queue of this store")
            }
            let isTried = mail.state == .sent || mail.state == .dead || (mail.state == .queued && mail.attempts > 0)
            if isTried || ContinuousClock.now >= deadline { return mail }
            try Task.checkCancellation()
            await store.mailChanges.wait(after: mark, upTo: .milliseconds(100))
        }
    }
}
