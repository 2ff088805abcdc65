import ArgumentParser
import ShippyConfiguration
import ShippyCore
import ShippyNotificator

struct MailShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one mail and every attempt to send it.",
        usage: "shippy mail show [<options>] <id>",
        discussion: """
            Each attempt has its time, the server and its answer. An attempt without a recorded outcome is one whose sender \
            stopped meanwhile.

            With --body it also shows the headers as they are sent, the subject, the text and the HTML, as the templates of this \
            machine make them. What makes a link in it valid is hidden.

            Examples:
              shippy mail show 01a1fc02-23c5-7002-b642-b33377b8893b
              shippy mail show 01a1fc02-23c5-7002 --body
            """)

    @Argument(help: "The mail's ID, or its beginning.", completion: .custom(Completion.mails))
    var id: String

    @Flag(help: "Show what its recipient gets, too.")
    var body = false

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let shown = try await context.withStore { store in
            let mail = try await store.mail(typed: id)
            return ShownMail(
                mail: mail, attempts: try await store.attempts(of: mail.id),
                preview: body ? try MailPreview(mail, context.configuration) : nil)
        }
        guard context.rendering.format == .text, let preview = shown.preview else {
            return try await context.rendering.value(shown, fields: shown.fields)
        }
        let style = context.rendering.style
        try await StandardOutput.write("\(Rendering.text(shown.fields, style))\n\(preview.text(style))")
    }
}
