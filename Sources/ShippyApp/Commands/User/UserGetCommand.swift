import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct UserGetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Print one user.",
        usage: "shippy user get [<options>] <id-or-email>",
        discussion: """
            Somebody can be named by a part of their name, company or address, too, if it is a part of nobody else's.

            Examples:
              shippy user get ada@example.com
              shippy user get ada@example.com -o json --full
            """)

    @Argument(help: "The user's ID or e-mail address.", completion: .custom(Completion.emails))
    var idOrEmail: String

    @OptionGroup var json: UserJSONOptions
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        try await context.withUsers { users in
            let user = ShownUser(record: try await users.user(typed: idOrEmail, isToSee: true), isFull: json.full)
            try await context.rendering.value(user, fields: user.fields)
        }
    }
}
