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
              shippy user list --role admin
              shippy user list --state disabled --all -o jsonl --full
            """)

    @Option(help: "List only users with this role.")
    var role: AccessRole?

    @Option(help: "List only users in this state.")
    var state: UserState?

    @OptionGroup var pages: PageOptions
    @OptionGroup var json: UserJSONOptions
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        try await context.withUsers { users in
            let filter = UserFilter(role: role, state: state)
            let page = { (cursor: String?, limit: Int) in
                try await users.users(filter, after: cursor, limit: limit).map { ShownUser(record: $0, isFull: json.full) }
            }
            try await pages.list(context, id: \.record.id, page: page, table: ShownUser.fill)
        }
    }
}
