import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct UserCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create a user and print it.",
        discussion: """
            A password cannot be given as an argument, because other users of this machine could see it. Use \
            --password-prompt, --password-stdin or --password-file. It needs at least 8 characters and at most 72 bytes, and \
            must not be one of the most common passwords.

            Examples:
              shippy user create ada@example.com --name "Ada Lovelace"
              shippy user create ada@example.com --password-prompt
              shippy user create ada@example.com --idempotency-key signup-17 -o json
            """,
        aliases: ["add"])

    @Argument(help: "The e-mail address. The users service adds its --mail-domain to a name without a domain.")
    var email: String

    @Option(help: "Set the user's name.")
    var name = ""

    @Option(help: "Set the user's company.")
    var company = ""

    @OptionGroup var password: PasswordOptions

    @Option(help: ArgumentHelp("Create only one user for this key; repeating the command prints that user.", valueName: "key"))
    var idempotencyKey: String?

    @OptionGroup(title: Creating.heading) var creating: Flags<Creating>
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common, creating.values)
        let password = try await password.read(isNew: true)
        let request = CreateUser(
            email: try RequestedEmail(email, domain: context.configuration.mailDomain).text, name: name, company: company,
            password: password, idempotencyKey: idempotencyKey)
        try await context.withUsers { users in
            let created = try await users.create([request], requestID: context.requestID)[0].get()
            try await context.rendering.value(created.user, fields: created.user.fields)
        }
    }
}

extension User {
    /// For people.
    var fields: [(String, String)] {
        [("id", id), ("name", name), ("company", company), ("email", email.description), ("created at", createdAt.description)]
    }
}
