import ArgumentParser
import ShippyCore

struct MailRetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Have a queued or dead mail tried again now, with its attempts counted from 0.",
        discussion: "A notificator that runs tries it at once; otherwise the next one does.")

    @Argument(help: "The mail's id.", completion: .custom(Completion.mails))
    var id: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let context = try await CommandContext.load(global)
        let store = try Engines.openStore(context.settings, context.options)
        let mail = try await store.retryMail(id: id)
        await store.close()
        try await context.rendering.value(mail, fields: mail.fields)
    }
}
