import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct SessionListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List sessions, oldest first.",
        usage: "shippy session list [<options>] [<user>]",
        discussion: """
            Lists the sessions of one user or of all. With the role user, you see your own.

            Examples:
              shippy session list ada@example.com
              shippy session list --all -o jsonl
            """)

    @Argument(help: "The user's ID or e-mail address. (default: all users)", completion: .custom(Completion.emails))
    var user: String?

    @OptionGroup var pages: PageOptions
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        try await context.withUsersAccess { access in
            try await access.credentials.explaining {
                let user: String? = if let user { try await access.users.name(typed: user) } else { try await Self.ownUser(access.credentials) }
                try await pages.list(context, id: \.id, page: { try await access.access.sessions(of: user, after: $0, limit: $1) }) {
                    SessionTable(isOfOneUser: user != nil).fill($0, $1)
                }
            }
        }
    }

    /// The one user whose sessions the stored login may see; nil if it may see all.
    static func ownUser(_ credentials: CommandCredentials) async throws -> String? {
        guard case .login(let login)? = try await credentials.known(), let claims = login.claims, claims.role == AccessRole.user.rawValue else {
            return nil
        }
        return claims.subject
    }
}
