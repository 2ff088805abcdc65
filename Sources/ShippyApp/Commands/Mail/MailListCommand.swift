import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct MailListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List mails in the order of their creation.",
        discussion: """
            Shows state, attempts, the next attempt and the server's last answer. Dead letters, which were given up, have the \
            state dead.

            Examples:
              shippy mail list --limit 20
              shippy mail list --state dead --all
            """)

    @Option(help: "List only mails in this state.")
    var state: Mail.State?

    @OptionGroup var pages: PageOptions
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        try await context.withStore { store in
            try await pages.list(context, id: \.id, page: { try await store.mails(state: state, after: $0, limit: $1) }) { table, mails in
                table.header("ID", "TO", "TEMPLATE", "STATE", "TRIES", "NEXT TRY", "LAST REPLY")
                for mail in mails {
                    table.row(
                        mail.id, mail.to.description, mail.template.rawValue, mail.state.rawValue, "\(mail.attempts)",
                        mail.nextAttemptAt?.description ?? "-", mail.lastReply.isEmpty ? "-" : String(mail.lastReply.prefix(60)))
                }
            }
        }
    }
}
