import ArgumentParser
import ShippyClient
import ShippyConfiguration
import ShippyCore
import ShippyDiscovery
import ShippyNotificator

struct MailTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Send a test mail and show the result.",
        usage: "shippy mail test [<options>] <address>",
        discussion: """
            Uses a registered notificator, or starts one inside this command. The exit status is 1 if the mail is not \
            accepted within 15 seconds.

            Examples:
              shippy mail test ada@example.com
            """)

    @Argument(help: "The recipient's e-mail address.")
    var address: String

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    private static let patience = Duration.seconds(15)

    func run() async throws {
        let context = try CommandContext.load(common)
        let address = try EmailAddress(address)
        let mail = try await context.withRegistry { registry in
            try await context.withStore { store in
                try await send(to: address, context, registry, store)
            }
        }
        try await context.rendering.value(mail, fields: mail.fields)
        if mail.state != .sent { throw ExitStatus.failed.exitCode }
    }

    /// - Returns: the mail after its first attempt, or as it is after 15 s.
    private func send(to address: EmailAddress, _ context: CommandContext, _ registry: any ServiceRegistry, _ store: any Store) async throws -> Mail {
        let content = "This is a test mail from shippy. If you can read it, mail delivery works."
        let discovery = Discovery(registry: registry, service: Role.notificator.rawValue, protocol: "grpc")
        _ = try await discovery.load()
        try await SameStore.require(discovery.instances, context)
        let connections = Connections()
        let local = LocalServices(context, registry: registry)
        let mail: Mail
        do {
            let id: String
            if try await mustServeHere(discovery.instances, connections, context) {
                id = try await local.notificator().send(to: address.description, content: content, requestID: context.requestID)
            } else {
                let balancer = Balancer(discovery: discovery, service: Role.notificator.rawValue)
                id = try await NotificatorClient(balancer: balancer, connections: connections).send(to: address.description, content: content)
            }
            mail = try await outcome(of: id, store)
        } catch {
            await connections.close()
            // Report the first error, not one of the cleanup.
            try? await local.finish()
            throw error
        }
        await connections.close()
        try await local.finish()
        return mail
    }

    /// Whether this command must send the mail itself: no notificator is registered or, with embedded engines, none answers.
    /// A notificator that died stays registered until its lease ends.
    private func mustServeHere(_ instances: [Instance], _ connections: Connections, _ context: CommandContext) async throws -> Bool {
        if instances.isEmpty { return true }
        guard context.configuration.isEmbedded else { return false }
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
                throw ShippyError(.failed, "mail \(id.quoted()) is not in this store's queue")
            }
            let isTried = mail.state == .sent || mail.state == .dead || (mail.state == .queued && mail.attempts > 0)
            if isTried || ContinuousClock.now >= deadline { return mail }
            try Task.checkCancellation()
            await store.mailChanges.wait(after: mark, upTo: .milliseconds(100))
        }
    }
}
