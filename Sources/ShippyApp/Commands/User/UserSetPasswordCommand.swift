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
            with the new password.

            Examples:
              shippy user set-password ada@example.com
              shippy user set-password ada@example.com --password-file password.txt
            """)

    @Argument(help: "The user's ID or e-mail address.", completion: .custom(Completion.emails))
    var idOrEmail: String

    @OptionGroup var password: PasswordOptions
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        try await context.change(idOrEmail, .password(password.require(isNew: true)))
    }
}
