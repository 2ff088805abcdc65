import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct MailResendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resend",
        abstract: "Send a mail once more that is sent, dead or cancelled.",
        usage: "shippy mail resend [<options>] <id>",
        discussion: """
            Queues a copy of the mail and prints it. The copy has an ID and a Message-ID of its own, so mail programs show it \
            beside the first one. A dead mail is cancelled by it. It goes to the address that the user has now, or to the one given with --to.

            Examples:
              shippy mail resend 01a1fc02-23c5-7002-b642-b33377b8893b
              shippy mail resend 01a1fc02-23c5-7002 --to ada@example.com
            """)

    @Argument(help: "The mail's ID, or its beginning.", completion: .custom(Completion.mails))
    var id: String

    @Option(help: ArgumentHelp("Send it to this address.", valueName: "address"))
    var to: String?

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let recipient = try to.map { try EmailAddress($0) }
        let context = try CommandContext.load(common)
        try await context.withStore { store in
            let mail = try await store.mail(typed: id)
            let copy = try await context.withBusIfNeeded { bus in
                try await MailChanges(store: store, requestID: context.requestID).resend(mail, to: recipient, bus: bus)
            }
            try await context.rendering.value(copy, fields: copy.fields)
            if copy.to != mail.to, recipient == nil { Console.say("The user's address is \(copy.to) now: the copy goes there.") }
        }
    }
}
