import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct UserDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a user and print the deleted user.",
        usage: "shippy user delete [<options>] <id-or-email>",
        discussion: """
            Ends the user's sessions and publishes user.deleted. The user's earlier events and mails are kept until their \
            retention ends, and a mail that is still queued is sent. The address is free for another user at once. On a \
            terminal, the command asks first unless --yes is given. In a protected context, its name must be typed, or given with --confirm.

            Examples:
              shippy user delete ada@example.com
              shippy user delete ada@example.com --context production --confirm production
            """,
        aliases: ["rm"])

    @Argument(help: "The user's ID or e-mail address.", completion: .custom(Completion.emails))
    var idOrEmail: String

    @OptionGroup var confirmation: Confirmation
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let question = try confirmation.question(context, place: context.usersPlace)
        try await context.withUsers { users in
            var target = try await users.name(typed: idOrEmail)
            if let question {
                // The answer is about this user, whoever has the address by then.
                let user = try await users.user(target).user
                try await question.ask("Delete user \(user.email)", otherwise: "no user was deleted")
                target = user.id
            }
            let user = try await users.delete(target, requestID: context.requestID)
            try await context.rendering.value(user, fields: user.fields)
            Console.say("The user's events and mails are kept until their retention ends; a mail that is still queued is sent.")
        }
    }
}
