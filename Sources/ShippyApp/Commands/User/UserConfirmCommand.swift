import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct UserConfirmCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm",
        abstract: "Mail a user a link to confirm their address, and print the user.",
        usage: "shippy user confirm [<options>] <id-or-email>",
        discussion: """
            The link works once, and for one hour. The address is confirmed when the user has used it.

            Examples:
              shippy user confirm ada@example.com
            """)

    @Argument(help: "The user's ID or e-mail address.", completion: .custom(Completion.emails))
    var idOrEmail: String

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        try await CommandContext.load(common).mailLink(.confirmAddress, to: idOrEmail)
    }
}
