import ArgumentParser
import ShippyCore

struct MailListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List mails in the order in which they came: state, attempts, next try, last answer.",
        discussion: "Dead letters, which were given up, are those with --state dead.")

    @Option(help: "Only mails in this state.")
    var state: Mail.State?

    @Option(help: ArgumentHelp("How many mails at most. (default: 100)", valueName: "n"))
    var limit: Int?

    @Option(help: ArgumentHelp("Begin after the mail with this id.", valueName: "cursor"))
    var after: String?

    @Flag(help: "List all of them.")
    var all = false

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let context = try await CommandContext.load(global)
        let limit = try context.settings.int("limit", limit, default: 100, in: 1...1_000_000_000)
        let store = try Engines.openStore(context.settings, context.options)
        var cursor = context.settings.string("after", after)
        var rest = all ? Int.max : limit
        var listed: [Mail] = []
        while rest > 0 {
            let page = try await store.mails(state: state, after: cursor, limit: min(rest, 1000))
            guard let last = page.last else { break }
            rest -= page.count
            cursor = last.id
            if context.rendering.format == .jsonl { try await context.rendering.lines(page) } else { listed += page }
        }
        await store.close()
        if context.rendering.format == .jsonl { return }
        try await context.rendering.list(listed) { table in
            table.header("ID", "TO", "TEMPLATE", "STATE", "TRIES", "NEXT TRY", "LAST REPLY")
            for mail in listed {
                table.row(
                    mail.id, mail.to, mail.template.rawValue, mail.state.rawValue, "\(mail.attempts)",
                    mail.nextAttemptAt?.description ?? "-", mail.lastReply.isEmpty ? "-" : String(mail.lastReply.prefix(60)))
            }
        }
    }
}
