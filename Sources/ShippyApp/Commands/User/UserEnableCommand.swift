import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct UserEnableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Let a disabled user log in again, and print the user.",
        usage: "shippy user enable [<options>] <id-or-email>",
        discussion: """
            Examples:
              shippy user enable ada@example.com
            """)

    @Argument(help: "The user's ID or e-mail address.", completion: .custom(Completion.emails))
    var idOrEmail: String

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        try await CommandContext.load(common).change(idOrEmail, .enable)
    }
}
