import ArgumentParser
import ShippyCore

struct UserGetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "get", abstract: "Print one user.")

    @Argument(help: "The user's id or e-mail address.", completion: .custom(Completion.emails))
    var idOrEmail: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let context = try await CommandContext.load(global)
        try await withUsers(context) { users in
            let user = try await users.user(idOrEmail)
            try await context.rendering.value(user, fields: user.fields)
        }
    }
}
