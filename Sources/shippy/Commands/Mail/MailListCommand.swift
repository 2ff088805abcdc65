import ArgumentParser
import ShippyCore

struct MailListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List mails in the order in which they came: state, attempts, next try, last answer.",
        discussion: """
            One page; --after takes the id of its last mail, and --all goes on to the end. Dead letters, which were given up, are \
            those with --state dead.
            """)

    @Option(help: "Only mails in this state.")
    var state: Mail.State?

    @OptionGroup var pages: PageOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let context = try await CommandContext.load(global)
        let store = try Engines.openStore(context.settings, context.options)
        try await pages.list(context, id: \.id, page: { try await store.mails(state: state, after: $0, limit: $1) }) { table, mails in
            table.header("ID", "TO", "TEMPLATE", "STATE", "TRIES", "NEXT TRY", "LAST REPLY")
            for mail in mails {
                table.row(
                    mail.id, mail.to, mail.template.rawValue, mail.state.rawValue, "\(mail.attempts)",
                    mail.nextAttemptAt?.description ?? "-", mail.lastReply.isEmpty ? "-" : String(mail.lastReply.prefix(60)))
            }
        }
        await store.close()
    }
}
