import ArgumentParser
import ShippyCore

struct MailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mail", abstract: "Inspect the mail queue, retry, resend and cancel mails, and send test mail.",
        subcommands: [
            MailListCommand.self, MailShowCommand.self, MailRetryCommand.self, MailResendCommand.self, MailCancelCommand.self,
            MailPreviewCommand.self, MailTestCommand.self,
        ])
}

extension Mail {
    /// For people.
    var fields: [(String, String)] {
        [
            ("id", id), ("to", to.description), ("template", template.rawValue), ("state", state.rawValue), ("attempts", "\(attempts)"),
            ("next attempt", nextAttemptAt?.description ?? "-"), ("last reply", lastReply.isEmpty ? "-" : lastReply),
            ("event id", eventID ?? "-"),
        ] + (copyOf.map { [("copy of", $0)] } ?? []) + (userID.map { [("user id", $0)] } ?? [])
            + [("request id", requestID), ("created at", createdAt.description)]
    }
}

extension Mail.State: ExpressibleByArgument {}
extension Mail.Template: ExpressibleByArgument {}
