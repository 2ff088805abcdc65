import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct MailCancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Keep queued mails from being sent.",
        usage: "shippy mail cancel [<options>] <id> ...",
        discussion: """
            The mail is dead afterwards, with the reply "cancelled by owner". `shippy mail retry` would send it after all. A mail \
            that is being sent is refused: wait for its outcome.

            On a terminal, the command asks first unless --yes is given. In a protected context, its name must be typed, or given \
            with --confirm.

            Examples:
              shippy mail cancel 01a1fc02-23c5-7002-b642-b33377b8893b
            """)

    @Argument(help: "The mails' IDs, or their beginnings.", completion: .custom(Completion.mails))
    var id: [String]

    @OptionGroup var confirmation: Confirmation
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let question = try confirmation.question(context, place: context.storePlace)
        try await context.withStore { store in
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
            let changes = MailChanges(store: store, requestID: context.requestID)
            try await outcome.changeNamed(names, store) { try await changes.cancel($0) }
            try await outcome.report(context, named: names.count)
        }
    }
}
