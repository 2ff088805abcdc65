import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct UserDisableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Keep a user from logging in, and print the user.",
        usage: "shippy user disable [<options>] <id-or-email>",
        discussion: """
            Ends the user's sessions. Their data stays, and `shippy user enable` lets them in again.

            Examples:
              shippy user disable ada@example.com
            """)

    @Argument(help: "The user's ID or e-mail address.", completion: .custom(Completion.emails))
    var idOrEmail: String

    @OptionGroup var protection: Protection
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        try await protection.ask(context, "Disable user \(idOrEmail)", otherwise: "no user was disabled")
        try await context.change(idOrEmail, .disable)
    }
}
