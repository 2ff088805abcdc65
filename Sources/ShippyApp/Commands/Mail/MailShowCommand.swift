import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct MailShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one mail.",
        usage: "shippy mail show [<options>] <id>",
        discussion: """
            Examples:
              shippy mail show 01a1fc02-23c5-7002-b642-b33377b8893b
            """)

    @Argument(help: "The mail's ID.", completion: .custom(Completion.mails))
    var id: String

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        guard let mail = try await context.withStore({ try await $0.mail(id: id) }) else {
            throw ShippyError(.notFound, "no mail \(id.quoted(limit: 80)): `shippy mail list` lists all mails")
        }
        try await context.rendering.value(mail, fields: mail.fields)
    }
}
