import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct MailRetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Retry queued or dead mails now.",
        usage: """
            shippy mail retry [<options>] <id> ...
            shippy mail retry [<options>] --state <state> [--to <text>]
            """,
        discussion: """
            Each mail gets all its attempts again. A running notificator tries it at once; otherwise the next one to start does.

            With --state, on a terminal, the command says how many mails there are and asks first unless --yes is given. In a \
            protected context, its name must be typed, or given with --confirm.

            Examples:
              shippy mail retry 01a1fc02-23c5-7002-b642-b33377b8893b
              shippy mail retry --state dead --to @example.com
            """)

    @Argument(help: "The mails' IDs, or their beginnings.", completion: .custom(Completion.mails))
    var id: [String] = []

    @Option(help: "Retry all mails in this state: dead or queued.")
    var state: Mail.State?

    @Option(help: ArgumentHelp("Of these, only mails to addresses that contain this.", valueName: "text"))
    var to: String?

    @OptionGroup var confirmation: Confirmation
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func validate() throws {
        guard id.isEmpty != (state == nil) else { throw ValidationError("Give either IDs of mails or --state.") }
        guard to == nil || state != nil else { throw ValidationError("--to needs --state, such as --state dead.") }
        guard state != .sent, state != .sending else { throw ValidationError("Only dead or queued mails can be retried.") }
    }

    func run() async throws {
        let context = try CommandContext.load(common)
        let question = try confirmation.question(context, place: context.storePlace)
        try await context.withStore { store in
            let changes = MailChanges(store: store, requestID: context.requestID)
            if let state { try await retry(state, changes, question, context) } else { try await retryNamed(changes, context) }
        }
    }

    private func retryNamed(_ changes: MailChanges, _ context: CommandContext) async throws {
        var outcome = ChangedMails(.retry)
        try await outcome.changeNamed(id, changes.store) { try await changes.retry($0) }
        try await outcome.report(context, named: id.count)
    }

    private func retry(_ state: Mail.State, _ changes: MailChanges, _ question: Question?, _ context: CommandContext) async throws {
        // Mails queued from now on are not meant.
        let filter = MailFilter(state: state, to: to, until: .now)
        if let question {
            let count = try await changes.store.count(filter)
            if count > 0 { try await question.ask(Self.action(count, state, to), otherwise: "no mail was retried") }
        }
        var outcome = ChangedMails(.retry)
        try await changes.store.forEachPage(filter) { page in
            await outcome.add(try await changes.retry(page.map(\.id)), isNamed: false)
        }
        try await context.rendering.value(outcome, fields: outcome.fields)
    }

    /// `Retry 12 dead mails to "@example.com"`
    static func action(_ count: Int, _ state: Mail.State, _ to: String?) -> String {
        "Retry \(count) \(state.rawValue) mail\(count == 1 ? "" : "s")" + (to.map { " to \($0.quoted(limit: 80))" } ?? "")
    }
}
