import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct MailTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Send a test mail and show the result.",
        usage: "shippy mail test [<options>] <address>",
        discussion: """
            Uses a running notificator with its mailer, or starts one inside this command. The exit status is 1 if the mail is not \
            accepted within 15 seconds.

            With --notificator-address and without --store, it only queues the mail, because it cannot see the result.

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
        let content = "This is a test mail from shippy. If you can read it, mail delivery works."
        if let notificator = context.configuration.notificatorAddress, context.configuration.sources.given(Settings.store.row) == nil {
            return try await queue(content, to: address, at: notificator, context)
        }
        let mail = try await context.withStore { store in
            try await context.withNotificator { notificator in
                try await outcome(of: notificator.send(to: address, content: content), store)
            }
        }
        try await context.rendering.value(mail, fields: mail.fields)
        if mail.state != .sent { throw ExitStatus.failed.exitCode }
    }

    /// Opens no engine: this machine may be unable to reach the store.
    private func queue(_ content: String, to address: EmailAddress, at notificator: HostPort, _ context: CommandContext) async throws {
        let id = try await context.withNotificator { try await $0.send(to: address, content: content) }
        let mail = Mail(
            id: id, to: address, template: .message, nextAttemptAt: nil, eventID: nil, requestID: context.requestID, createdAt: .now,
            content: content)
        try await context.rendering.value(mail, fields: mail.fields)
        Console.say("shippy: the notificator at \(notificator) has queued the mail; with its store, `shippy mail show \(id)` shows the result")
    }

    /// The mail after its first attempt, or as it is after 15 s.
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
