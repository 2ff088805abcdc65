import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct UserListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List users, oldest first.",
        discussion: """
            Examples:
              shippy user list --limit 20
              shippy user list --all -o jsonl
            """)

    @OptionGroup var pages: PageOptions
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        try await context.withUsers { users in
            try await pages.list(context, id: \.id, page: { try await users.users(after: $0, limit: $1) }) { table, users in
                table.header("ID", "EMAIL", "NAME", "COMPANY", "CREATED AT")
                for user in users { table.row(user.id, user.email.description, user.name, user.company, user.createdAt.description) }
            }
        }
    }
}
