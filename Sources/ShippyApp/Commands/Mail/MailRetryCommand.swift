import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct MailRetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Retry a queued or dead mail now.",
        usage: "shippy mail retry [<options>] <id>",
        discussion: """
            Resets the number of attempts to 0. A running notificator tries the mail at once; otherwise the next one to start \
            does.

            Examples:
              shippy mail retry 01a1fc02-23c5-7002-b642-b33377b8893b
            """)

    @Argument(help: "The mail's ID.", completion: .custom(Completion.mails))
    var id: String

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let mail = try await context.withStore { try await $0.retryMail(id: id) }
        try await context.rendering.value(mail, fields: mail.fields)
    }
}
