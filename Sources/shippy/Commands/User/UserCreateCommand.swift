import ArgumentParser
import ShippyCore

struct UserCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create a user, and print it.",
        discussion: "A password never goes into an argument, where everyone on the machine could read it.")

    @Argument(help: "The e-mail address; the users service completes a bare name with its own --mail-domain.")
    var email: String

    @Option(help: "The user's name.")
    var name: String?

    @Option(help: "The user's company.")
    var company: String?

    @Flag(help: "Read the password from standard input, up to the end of the line.")
    var passwordStdin = false

    @Option(help: ArgumentHelp("Read the password from a file, up to the end of its first line.", valueName: "file"), completion: .file())
    var passwordFile: String?

    @Flag(help: "Ask for the password on the terminal, without echo.")
    var passwordPrompt = false

    @Option(help: ArgumentHelp("A name for this creation: asking again under it gives the same user.", valueName: "key"))
    var idempotencyKey: String?

    @Option(help: ArgumentHelp("Complete an address without a domain with this one. (default: left to the users service)", valueName: "domain"))
    var mailDomain: String?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard [passwordStdin, passwordFile != nil, passwordPrompt].count(where: { $0 }) <= 1 else {
            throw ValidationError("Use only one of --password-stdin, --password-file and --password-prompt.")
        }
    }

    func run() async throws {
        let context = try await CommandContext.load(global)
        let password = try await PasswordSource(stdin: passwordStdin, file: passwordFile, prompt: passwordPrompt).read()
        let request = CreateUser(
            email: try RequestedEmail(email, domain: mailDomain).text, name: context.settings.string("name", name) ?? "",
            company: context.settings.string("company", company) ?? "", password: password,
            idempotencyKey: context.settings.string("idempotency-key", idempotencyKey))
        try await withUsers(context) { users in
            let created = try await users.create([request], requestID: RequestID.accept(nil))[0].get()
            try await context.rendering.value(created.user, fields: created.user.fields)
        }
    }
}

extension User {
    /// For people.
    var fields: [(String, String)] {
        [("id", id), ("name", name), ("company", company), ("email", email), ("created at", createdAt.description)]
    }
}
