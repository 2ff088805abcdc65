import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct UserSetPasswordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-password",
        abstract: "Set a user's password, and print the user.",
        usage: "shippy user set-password [<options>] <id-or-email>",
        discussion: """
            Prompts for the password, unless an option says where it comes from. Ends the user's sessions: they log in again \
            with the new password. If you have logged in and set your own password, you also give the present one, and your \
            session stays.

            Examples:
              shippy user set-password ada@example.com
              shippy user set-password ada@example.com --password-file password.txt
            """)

    @Argument(help: "The user's ID or e-mail address.", completion: .custom(Completion.emails))
    var idOrEmail: String

    @OptionGroup var password: PasswordOptions
    @OptionGroup var ownPassword: OwnPasswordOptions
    @OptionGroup var protection: Protection
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        try await protection.ask(context, "Set the password of user \(idOrEmail)", otherwise: "no password was changed")
        try await context.withUsersAccess { access in
            try await access.credentials.explaining {
                let user = try await access.users.user(typed: idOrEmail)
                let old = try await ownPassword.password(of: user.id, access.credentials)
                let change = UserChange.password(try await password.require(isNew: true), old: old)
                let changed = ShownUser(record: try await access.users.change(user.id, change, requestID: context.requestID))
                try await context.rendering.value(changed, fields: changed.fields)
            }
        }
    }
}
