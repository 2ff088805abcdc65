import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct MailListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List mails.",
        discussion: """
            Lists mails in the order in which they were queued, oldest first unless --newest is given, each with its state, what \
            the server last replied, and when it is tried again. A mail is dead when the server rejected it permanently, or \
            all attempts failed: `shippy mail retry` queues it again, `shippy mail resend` sends it to the user's present address, and \
            `shippy mail cancel` settles it.

            Mails that were queued by shippy 0.1 are not listed with --user: nothing tells whose they are.

            Commands take the beginning of an ID, as this list shows it on a terminal.

            A time is \(TimeText.forms)

            Examples:
              shippy mail list --newest --limit 20
              shippy mail list --to ada@example.com
              shippy mail list --state dead --since yesterday --all
            """,
        aliases: ["ls"])

    @Option(help: ArgumentHelp("List only mails to addresses that contain this.", valueName: "text"))
    var to: String?

    @Option(
        help: ArgumentHelp("List only mails to this user, whatever their address was.", valueName: "id-or-email"),
        completion: .custom(Completion.emails))
    var user: String?

    @Option(help: "List only mails in this state.")
    var state: Mail.State?

    @Option(parsing: .unconditional, help: ArgumentHelp("List only mails queued at or after this time.", valueName: "time"))
    var since: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("List only mails queued at or before this time.", valueName: "time"))
    var until: String?

    @Flag(help: "List the newest mails first.")
    var newest = false

    @OptionGroup var pages: PageOptions
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        var filter = MailFilter(
            state: state, to: to, since: try since.map { try TimeText.parse($0, option: "since") },
            until: try until.map { try TimeText.parse($0, option: "until") }, newestFirst: newest)
        let context = try CommandContext.load(common)
        try await context.withStore { store in
            if let user {
                // The mails of a user who was deleted are listed, too.
                filter.userID = user.isUUID ? user.lowercased() : try await store.user(typed: user).id
            }
            let filter = filter
            try await pages.list(context, id: \.id, page: { try await store.mails(filter, after: $0, limit: $1) }) { table, mails in
                MailTable(width: Terminal.columns).fill(table, mails)
            }
        }
    }
}
