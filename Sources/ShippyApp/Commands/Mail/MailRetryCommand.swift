import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct MailRetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Retry queued, dead or cancelled mails now.",
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

    @OptionGroup var selection: MailSelection
    @OptionGroup var confirmation: Confirmation
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let question = try confirmation.question(context, place: context.storePlace)
        try await context.withStore { store in
            let changes = MailChanges(store: store, requestID: context.requestID)
            var outcome = ChangedMails(.retry)
            guard let filter = selection.filter() else {
                try await outcome.changeNamed(selection.id, store) { try await changes.retry($0) }
                return try await outcome.report(context, named: selection.id.count)
            }
            if let question {
                let count = try await store.count(filter)
                if count > 0 { try await question.ask("Retry \(selection.described(count))", otherwise: "no mail was retried") }
            }
            try await store.forEachPage(filter) { await outcome.add(try await changes.retry($0.map(\.id)), isNamed: false) }
            try await context.rendering.value(outcome, fields: outcome.fields)
        }
    }
}
