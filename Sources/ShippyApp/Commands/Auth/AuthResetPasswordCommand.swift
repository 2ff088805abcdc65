import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct AuthResetPasswordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset-password",
        abstract: "Ask for a mail with a link to set a new password, without being logged in.",
        usage: "shippy auth reset-password [<options>] <email>",
        discussion: """
            The answer is the same whether there is such a user. The link works once, and for one hour.

            Examples:
              shippy auth reset-password ada@example.com
            """)

    @Argument(help: "Your e-mail address.", completion: .custom(Completion.emails))
    var email: String

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let email = try RequestedEmail(email, domain: context.configuration.mailDomain).text
        try await context.withUsersAccess { access in
            try await access.access.requestLink(.resetPassword, for: email, requestID: context.requestID)
        }
        Console.say("shippy: if there is a user \(email.visiblyEscaped(limit: 80)), they get a mail with a link")
    }
}
