import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct UserResetPasswordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset-password",
        abstract: "Mail a user a link to set a new password, and print the user.",
        usage: "shippy user reset-password [<options>] <id-or-email>",
        discussion: """
            The link works once, and for one hour. Until then, the present password and the sessions stay as they are. To set a \
            password yourself, use `shippy user set-password`.

            Examples:
              shippy user reset-password ada@example.com
            """)

    @Argument(help: "The user's ID or e-mail address.", completion: .custom(Completion.emails))
    var idOrEmail: String

    @OptionGroup var protection: Protection
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        try await protection.ask(context, "Mail user \(idOrEmail) a link to set a new password", otherwise: "no mail was sent")
        try await context.mailLink(.resetPassword, to: idOrEmail)
    }
}

extension CommandContext {
    /// Mails a user a link, and prints the user.
    func mailLink(_ purpose: LinkPurpose, to idOrEmail: String) async throws {
        try await withUsersAccess { access in
            try await access.credentials.explaining {
                let user = try await access.access.mailLink(purpose, to: access.users.name(typed: idOrEmail), requestID: requestID)
                try await rendering.value(user, fields: user.fields)
            }
        }
    }
}
