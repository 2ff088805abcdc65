import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct UserSetRoleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-role",
        abstract: "Set what a user may do, and print the user.",
        usage: "shippy user set-role [<options>] <id-or-email> <role>",
        discussion: """
            A user sees and changes only their own data, a reader sees everything, an operator changes users, mails and \
            events, and an admin decides who may do what. Whoever can read the data directory needs no role, and makes the \
            first admin.

            Examples:
              shippy user set-role ada@example.com admin
            """)

    @Argument(help: "The user's ID or e-mail address.", completion: .custom(Completion.emails))
    var idOrEmail: String

    @Argument(help: "The role.")
    var role: AccessRole

    @OptionGroup var protection: Protection
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        try await protection.ask(context, "Set the role of user \(idOrEmail) to \(role.rawValue)", otherwise: "no role was changed")
        try await context.change(idOrEmail, .role(role))
    }
}
