import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct UserListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List or count users.",
        discussion: """
            Lists users in the order of their creation, oldest first unless --newest is given. --match looks for words and parts \
            of words in the name, the company and the address, whether upper or lower case. Each word must be in one of them.

            A time is \(TimeText.forms)

            Examples:
              shippy user list --match lovel
              shippy user list --newest --limit 20
              shippy user list --since 24h --count
              shippy user list --role admin
              shippy user list --state disabled --all -o jsonl --full
            """,
        aliases: ["ls"])

    @Option(help: ArgumentHelp("List only users whose name, company or address contains this.", valueName: "text"))
    var match: String?

    @Option(help: "List only users with this role.")
    var role: AccessRole?

    @Option(help: "List only users in this state.")
    var state: UserState?

    @Option(parsing: .unconditional, help: ArgumentHelp("List only users created at or after this time.", valueName: "time"))
    var since: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("List only users created at or before this time.", valueName: "time"))
    var until: String?

    @Flag(help: "List the newest users first.")
    var newest = false

    @Flag(help: "Print only how many users there are.")
    var count = false

    @OptionGroup var pages: PageOptions
    @OptionGroup var json: UserJSONOptions
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let filter = UserFilter(
            role: role, state: state, match: try match.map(UserMatch.init), since: try since.map { try TimeText.parse($0, option: "since") },
            until: try until.map { try TimeText.parse($0, option: "until") }, newestFirst: newest)
        let context = try CommandContext.load(common)
        try await context.withUsers { users in
            if count {
                let count = UserCount(count: try await users.userCount(filter))
                return try await context.rendering.value(count, text: "\(count.count)")
            }
            let page = { (cursor: String?, limit: Int) in
                try await users.users(filter, after: cursor, limit: limit).map { ShownUser(record: $0, isFull: json.full) }
            }
            try await pages.list(context, id: \.record.id, page: page, table: ShownUser.fill)
        }
    }
}

/// What `--count` prints.
private struct UserCount: JSONWritable {
    var count: Int

    func write(to json: inout JSONWriter) { json.object { $0.field("count", count) } }
}
