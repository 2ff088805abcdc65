import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct AuditListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the audit log, oldest first.",
        discussion: """
            An actor is owner (whoever can read the data directory), anonymous, user:ID, token:ID, certificate:NAME, or the ID or \
            e-mail address of a user. In the table, IDs are cut to their last digits; JSON output has all of them.

            Examples:
              shippy audit list --since 1h
              shippy audit list --user ada@example.com --action user
              shippy audit list --since 5m -f -o jsonl
            """)

    @Option(help: ArgumentHelp("List only what was done to this user.", valueName: "id-or-email"), completion: .custom(Completion.emails))
    var user: String?

    @Option(help: ArgumentHelp("List only what this actor did.", valueName: "actor"), completion: .custom(Completion.emails))
    var actor: String?

    @Option(help: ArgumentHelp("List only this action, such as user.disable, or actions on the same kind, such as user.", valueName: "action"))
    var action: String?

    @Option(help: ArgumentHelp("List only what was done at or after this time.", valueName: "time"))
    var since: String?

    @Flag(name: .shortAndLong, help: "List all matching entries, then show new ones as they come.")
    var follow = false

    @OptionGroup var pages: PageOptions
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let since = try since.map { try TimeText.parse($0, option: "since") }
        try await context.withUsersAccess { access in
            try await access.credentials.explaining {
                let filter = AuditFilter(
                    target: try await user.asyncMap { try await AuditActor.user($0, access.users) },
                    actor: try await actor.asyncMap { try await AuditActor.actor($0, access.users) }, action: action, since: since)
                if follow { return try await tail(filter, access.access, context.rendering) }
                try await pages.list(context, id: \.id, page: { try await access.access.auditEntries(filter, after: $0, limit: $1) }) {
                    AuditTable.fill($0, $1)
                }
            }
        }
    }

    private func tail(_ filter: AuditFilter, _ access: any AccessAPI, _ rendering: Rendering) async throws {
        let isText = rendering.format == .text
        if isText { try await StandardOutput.write(rendering.style.bold(AuditTable.header) + "\n") }
        let tail = AuditTail(access: access, filter: filter)
        try await tail.follow(after: pages.after) { entries in
            if isText {
                try await StandardOutput.write(entries.map { AuditTable.line($0) + "\n" }.joined())
            } else {
                try await rendering.lines(entries)
            }
        }
    }
}

extension Optional {
    fileprivate func asyncMap<Value>(_ body: (Wrapped) async throws -> Value) async throws -> Value? {
        if let self { try await body(self) } else { nil }
    }
}
