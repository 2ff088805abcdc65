import ArgumentParser
import ShippyCore

struct UserDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete one user, and print what was deleted.",
        discussion: "Events and mails that the user caused stay until their time is over.")

    @Argument(help: "The user's id or e-mail address.", completion: .custom(Completion.emails))
    var idOrEmail: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let context = try await CommandContext.load(global)
        try await withUsers(context) { users in
            let user = try await users.delete(idOrEmail)
            try await context.rendering.value(user, fields: user.fields)
        }
    }
}
