import ArgumentParser
import ShippyCore

struct MailShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one mail.")

    @Argument(help: "The mail's id.", completion: .custom(Completion.mails))
    var id: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let context = try await CommandContext.load(global)
        let store = try Engines.openStore(context.settings, context.options)
        let mail = try await store.mail(id: id)
        await store.close()
        guard let mail else {
            throw ShippyError(.notFound, "no mail \(id.quoted(limit: 80)): `shippy mail list` shows them")
        }
        try await context.rendering.value(mail, fields: mail.fields)
    }
}
