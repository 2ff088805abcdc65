import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct MailListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List mails, oldest first.",
        discussion: """
            Shows each mail's state, the number of attempts, the time of the next attempt and the server's last reply. A mail \
            is dead when the server rejected it permanently or all attempts failed; `shippy mail retry` queues it again.

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
