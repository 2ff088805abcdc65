import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct UserUpdateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change a user's address, name or company, and print the user.",
        usage: "shippy user update [<options>] <id-or-email>",
        discussion: """
            Only the given fields change. An empty value, as in --company "", clears a name or company. Who has logged in and changes \
            their own address is asked for the password.

            Examples:
              shippy user update ada@example.com --name "Ada King" --company Lovelace
              shippy user update ada@example.com --email ada@lovelace.example
            """)

    @Argument(help: "The user's ID or e-mail address.", completion: .custom(Completion.emails))
    var idOrEmail: String

    @Option(help: ArgumentHelp("Set the e-mail address.", valueName: "address"))
    var email: String?

    @Option(help: "Set the name.")
    var name: String?

    @Option(help: "Set the company.")
    var company: String?

    @OptionGroup var ownPassword: OwnPasswordOptions
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func validate() throws {
        guard email != nil || name != nil || company != nil else {
            throw ValidationError("Use at least one of --email, --name and --company.")
        }
    }

    func run() async throws {
        let context = try CommandContext.load(common)
        let email = try email.map { try RequestedEmail($0, domain: context.configuration.mailDomain).text }
        let name = try name.map { try UserField.checked($0, field: "name") }
        let company = try company.map { try UserField.checked($0, field: "company") }
        try await context.withUsersAccess { access in
            try await access.credentials.explaining {
                let user = try await access.users.user(typed: idOrEmail)
                let isNewAddress = email.map { $0.lowercased() != user.user.email.description.lowercased() } ?? false
                let password = isNewAddress ? try await ownPassword.password(of: user.id, access.credentials) : nil
                let change = UserChange.details(email: email, name: name, company: company, password: password)
                let changed = ShownUser(record: try await access.users.change(user.id, change, requestID: context.requestID))
                try await context.rendering.value(changed, fields: changed.fields)
            }
        }
    }
}

extension CommandContext {
    /// Changes a user, and prints the result.
    func change(_ idOrEmail: String, _ change: UserChange) async throws {
        try await withUsers { users in
            let user = ShownUser(record: try await users.change(users.name(typed: idOrEmail), change, requestID: requestID))
            try await rendering.value(user, fields: user.fields)
        }
    }
}
