import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct UserDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a user and print the deleted user.",
        usage: "shippy user delete [<options>] <id-or-email>",
        discussion: """
            The user's events and mails are kept until their retention ends.

            Examples:
              shippy user delete ada@example.com
            """)

    @Argument(help: "The user's ID or e-mail address.", completion: .custom(Completion.emails))
    var idOrEmail: String

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        try await context.withUsers { users in
            let user = try await users.delete(idOrEmail)
            try await context.rendering.value(user, fields: user.fields)
        }
    }
}
