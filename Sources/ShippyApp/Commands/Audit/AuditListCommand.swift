import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct AuditListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the newest entries of the audit log, oldest first.",
        discussion: """
            An actor is owner (whoever can read the data directory), service (shippy itself), anonymous, user:ID, token:ID, certificate:NAME, or the ID or \
            e-mail address of a user. Actions are \(actions). An outcome other than ok is refused (a wrong password, or an old refresh \
            token), denied (the caller's role was too small) or throttled (too many wrong passwords). In the table, IDs are cut to their \
            last digits; JSON output has all of them.

            A time is \(TimeText.forms)

            Examples:
              shippy audit list --since 1h --all
              shippy audit list --user ada@example.com --action user -n 20
              shippy audit list --outcome denied
              shippy audit list -f -o jsonl
            """)

    private static let actions = AuditAction.allCases.map(\.rawValue).joined(separator: ", ")
    private static let actionNames = Set(AuditAction.allCases.map(\.kind)).sorted() + AuditAction.allCases.map(\.rawValue)
    private static let defaultCount = 100
    private static let defaultCountBeforeFollowing = 10

    @Option(help: ArgumentHelp("List only what was done to this user.", valueName: "id-or-email"), completion: .custom(Completion.emails))
    var user: String?

    @Option(help: ArgumentHelp("List only what this actor did.", valueName: "actor"), completion: .custom(Completion.emails))
    var actor: String?

    @Option(
        help: ArgumentHelp("List only this action, such as user.disable, or actions on the same kind, such as user.", valueName: "action"),
        completion: .list(actionNames))
    var action: String?

    @Option(help: ArgumentHelp("List only entries with this outcome.", valueName: "outcome"))
    var outcome: AuditOutcome?

    @Option(parsing: .unconditional, help: ArgumentHelp("List only what was done at or after this time.", valueName: "time"))
    var since: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("List only what was done at or before this time.", valueName: "time"))
    var until: String?

    @Option(help: ArgumentHelp("List only what came after the entry with this ID.", valueName: "id"))
    var after: String?

    @Option(
        name: [.customShort("n"), .customLong("last")],
        help: ArgumentHelp(
            "List the last n matching entries. (default: \(defaultCount), or \(defaultCountBeforeFollowing) with --follow)", valueName: "n"))
    var last: Int?

    @Flag(help: "List all matching entries.")
    var all = false

    @Flag(name: .shortAndLong, help: "List the last matching entries, then show new ones as they come.")
    var follow = false

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func validate() throws {
        guard last.map({ $0 >= 1 }) ?? true else { throw ValidationError("--last must be at least 1.") }
        guard !all || last == nil else { throw ValidationError("Use only one of --all and --last.") }
        guard !follow || until == nil else { throw ValidationError("Use only one of --follow and --until.") }
    }

    func run() async throws {
        let context = try CommandContext.load(common)
        if follow { try context.rendering.refuseCSV() }
        let since = try since.map { try TimeText.parse($0, option: "since") }
        let until = try until.map { try TimeText.parse($0, option: "until") }
        if let action { try AuditAction.check(action) }
        try await context.withUsersAccess { access in
            try await access.credentials.explaining {
                let filter = AuditFilter(
                    target: try await user.asyncMap { try await AuditActor.user($0, access.users) },
                    actor: try await actor.asyncMap { try await AuditActor.actor($0, access.users, access.access) }, action: action,
                    outcome: outcome?.rawValue, since: since, until: until)
                let reader = AuditReader(access: access.access, filter: filter, after: after)
                if follow { try await tail(reader, context.rendering) } else { try await list(reader, context.rendering) }
            }
        }
    }

    private func list(_ reader: AuditReader, _ rendering: Rendering) async throws {
        var entries: [AuditEntry] = []
        let count = all ? nil : last ?? Self.defaultCount
        var hasOlder = false
        if let count {
            entries = try await reader.newest(count + 1)
            hasOlder = entries.count > count
            entries = entries.suffix(count)
        } else {
            try await reader.all { page in
                // As they come, because there may be very many.
                if rendering.format == .jsonl { try await rendering.lines(page) } else { entries += page }
            }
            if rendering.format == .jsonl { return }
        }
        if rendering.format == .jsonl { return try await rendering.lines(entries) }
        try await rendering.list(entries) { AuditTable.fill($0, entries) }
        if hasOlder { Console.say("There are older entries: list more with --last n, or all with --all.") }
    }

    private func tail(_ reader: AuditReader, _ rendering: Rendering) async throws {
        let isText = rendering.format == .text
        if isText { try await StandardOutput.write(rendering.style.bold(AuditTable.header) + "\n") }
        try await AuditTail(reader: reader).follow(last: all ? nil : last ?? Self.defaultCountBeforeFollowing) { entries in
            if isText {
                try await StandardOutput.write(entries.map { AuditTable.line($0) + "\n" }.joined())
            } else {
                try await rendering.lines(entries)
            }
        }
    }
}

extension AuditOutcome: ExpressibleByArgument {}

extension Optional {
    fileprivate func asyncMap<Value>(_ body: (Wrapped) async throws -> Value) async throws -> Value? {
        if let self { try await body(self) } else { nil }
    }
}
