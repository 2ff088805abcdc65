import ArgumentParser
import ShippyCore

struct UserListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List users in the order of their creation.",
        discussion: "One page; --after takes the id of its last user, and --all goes on to the end.")

    @OptionGroup var pages: PageOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let context = try await CommandContext.load(global)
        try await withUsers(context) { users in
            try await pages.list(context, id: \.id, page: { try await users.users(after: $0, limit: $1) }) { table, users in
                table.header("ID", "EMAIL", "NAME", "COMPANY", "CREATED AT")
                for user in users { table.row(user.id, user.email, user.name, user.company, user.createdAt.description) }
            }
        }
    }
}
