import ArgumentParser
import ShippyCore

struct UserListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List users in the order of their creation.",
        discussion: "One page; --after takes the id of its last user, and --all goes on to the end.")

    @Option(help: ArgumentHelp("How many users at most. (default: 100)", valueName: "n"))
    var limit: Int?

    @Option(help: ArgumentHelp("Begin after the user with this id.", valueName: "cursor"))
    var after: String?

    @Flag(help: "List all of them.")
    var all = false

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let context = try await CommandContext.load(global)
        let limit = try context.settings.int("limit", limit, default: 100, in: 1...1_000_000_000)
        try await withUsers(context) { users in
            var cursor = context.settings.string("after", after)
            var rest = all ? Int.max : limit
            var listed: [User] = []
            while rest > 0 {
                let page = try await users.users(after: cursor, limit: min(rest, 1000))
                guard let last = page.last else { break }
                rest -= page.count
                cursor = last.id
                // Lines need not wait for the end.
                if context.rendering.format == .jsonl { try await context.rendering.lines(page) } else { listed += page }
            }
            if context.rendering.format == .jsonl { return }
            try await context.rendering.list(listed) { table in
                table.header("ID", "EMAIL", "NAME", "COMPANY", "CREATED AT")
                for user in listed { table.row(user.id, user.email, user.name, user.company, user.createdAt.description) }
            }
            if !all, rest == 0, let cursor, context.rendering.format == .text, Console.isTerminal {
                Console.say("There may be more: go on with --after \(cursor), or list --all.")
            }
        }
    }
}
