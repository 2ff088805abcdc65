import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct SessionRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End sessions, so that their tokens are refused within seconds.",
        usage: "shippy session revoke [<options>] [<id> ...]",
        discussion: """
            The exit status is 66 if one of the sessions is not there; the others are revoked.

            Examples:
              shippy session revoke 01a1fc02-23c5-7002-b642-b33377b8893b
              shippy session revoke --user ada@example.com
            """)

    @Argument(help: "The sessions' IDs, or their first characters.")
    var id: [String] = []

    @Option(help: ArgumentHelp("End all sessions of this user.", valueName: "id-or-email"), completion: .custom(Completion.emails))
    var user: String?

    @OptionGroup var protection: Protection
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func validate() throws {
        guard id.isEmpty != (user == nil) else { throw ValidationError("Give either IDs or --user.") }
    }

    func run() async throws {
        let context = try CommandContext.load(common)
        try await context.withUsersAccess { access in
            try await access.credentials.explaining {
                let own = try await SessionListCommand.ownUser(access.credentials)
                var ids: [String] = []
                for text in id { ids.append(try await access.access.sessionID(typed: text, of: own)) }
                let what = user.map { "all sessions of user \($0)" } ?? (ids.count == 1 ? "session \(ids[0])" : "\(ids.count) sessions")
                try await protection.ask(context, "End \(what)", otherwise: "no session was ended")
                let revoked =
                    if let user {
                        try await Revoked.sessions(
                            ofUser: access.users.name(typed: user), access.access, requestID: context.requestID)
                    } else {
                        try await Revoked.sessions(ids, access.access, requestID: context.requestID)
                    }
                try await context.rendering.value(revoked, fields: revoked.fields)
                if let missing = revoked.missing(of: ids).first {
                    throw ShippyError(.notFound, "no session \(missing): it may have ended")
                }
            }
        }
    }
}
