import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct MailCancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Keep queued mails from being sent, and settle dead ones.",
        usage: """
            shippy mail cancel [<options>] <id> ...
            shippy mail cancel [<options>] --state <state> [--to <text>]
            """,
        discussion: """
            A cancelled mail is not sent. A dead one that is cancelled no longer counts as a problem, and keeps the server's reply. \
            `shippy mail retry` would send it after all. A mail that is being sent is refused: wait for its outcome.

            On a terminal, the command asks first unless --yes is given. In a protected context, its name must be typed, or given \
            with --confirm.

            Examples:
              shippy mail cancel 01a1fc02-23c5-7002-b642-b33377b8893b
              shippy mail cancel --state dead --to @example.com
            """)

    @OptionGroup var selection: MailSelection
    @OptionGroup var confirmation: Confirmation
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func validate() throws {
        guard selection.state != .cancelled else { throw ValidationError("Only queued and dead mails can be cancelled.") }
    }

    func run() async throws {
        let context = try CommandContext.load(common)
        let question = try confirmation.question(context, place: context.storePlace)
        try await context.withStore { store in
            let changes = MailChanges(store: store, requestID: context.requestID)
            if let filter = selection.filter() {
                if let question {
                    let count = try await store.count(filter)
                    if count > 0 { try await question.ask("Cancel \(selection.described(count))", otherwise: "no mail was cancelled") }
                }
                var outcome = ChangedMails(.cancel)
                try await store.forEachPage(filter) { await outcome.add(try await changes.cancel($0.map(\.id)), isNamed: false) }
                return try await context.rendering.value(outcome, fields: outcome.fields)
            }
            let id = selection.id
            var names = id
            if let question {
                var subject = "\(id.count) mails"
                if id.count == 1 {
                    let mail = try await store.mail(typed: id[0])
                    subject = "the mail to \(mail.to)"
                    names = [mail.id]
                }
                try await question.ask("Cancel \(subject)", otherwise: "no mail was cancelled")
            }
            var outcome = ChangedMails(.cancel)
            try await outcome.changeNamed(names, store) { try await changes.cancel($0) }
            try await outcome.report(context, named: names.count)
        }
    }
}
