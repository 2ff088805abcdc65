import ArgumentParser
import ShippyAccess
import ShippyConfiguration
import ShippyCore

struct UserExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write all users to standard output, as JSONL or CSV.",
        usage: "shippy user export [<options>]",
        discussion: """
            `shippy user import` reads both formats, and with --keep-ids also the IDs. In CSV, an apostrophe is put before a value \
            that a spreadsheet would treat as a formula; import removes it.

            With --with-password-hashes, the users can be imported whole: they keep their passwords. The hashes are read from \
            the store itself, so you must be able to read the store and the installation's secret. They are not shown on a \
            terminal. If standard output is a file, it gets the mode 0600. Keep the file secret, and delete it when it has been \
            imported: weak passwords can be found from their hashes. The audit log records the export.

            Examples:
              shippy user export > users.jsonl
              shippy user export -o csv > users.csv
              shippy user export --with-password-hashes > users.jsonl
            """)

    @Option(help: "Set the output format. (default: that of --output if it is csv, otherwise jsonl)")
    var format: UserFileFormat?

    @Flag(help: "Add each user's role and state, and whether the address is confirmed.")
    var full = false

    @Flag(help: "Add these and the hash of each user's password.")
    var withPasswordHashes = false

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        // First: whoever opens the file before can read all that comes.
        if withPasswordHashes { try StandardOutput.makePrivate() }
        let context = try CommandContext.load(common)
        let format = try chosenFormat(context.rendering.format)
        guard !withPasswordHashes else { return try await exportWithHashes(context, format) }
        try await context.withUsers { users in
            try await write(format, columns: full ? ExportedUser.fullColumns : ExportedUser.columns) { cursor in
                try await users.users(.all, after: cursor, limit: 1000).map { ShownUser(record: $0, isFull: full) }
            } id: {
                $0.record.id
            }
        }
    }

    /// - Throws: ``ShippyError`` `.usage` if two formats are named.
    private func chosenFormat(_ output: OutputFormat) throws -> UserFileFormat {
        guard output == .csv else { return format ?? .jsonl }
        guard format != .jsonl else { throw ShippyError(.usage, "--format jsonl and --output csv contradict each other: use one of them") }
        return .csv
    }

    private func exportWithHashes(_ context: CommandContext, _ format: UserFileFormat) async throws {
        guard !StandardOutput.isTerminal else {
            throw ShippyError(.usage, "password hashes are not shown on a terminal: write them to a file, as in `shippy user export … > users.jsonl`")
        }
        try await context.withStore { store in
            try await Access.requireOwner(context.configuration, store: store)
            // First, so that nobody has hashes without an entry.
            try await store.record([
                AuditEntry(.exportUsers, target: "", by: .owner, requestID: context.requestID, detail: "password_hash")
            ])
            try await write(format, columns: ExportedUser.allColumns) { cursor in
                try await store.accounts(after: cursor, limit: 1000).map(ExportedUser.init)
            } id: {
                $0.account.user.id
            }
            Console.say("shippy: the export contains password hashes: keep it secret, and delete it when it has been imported")
        }
    }

    private func write<Value: JSONWritable>(
        _ format: UserFileFormat, columns: [String], page: (_ cursor: String?) async throws -> [Value], id: (Value) -> String
    ) async throws {
        var csv = CSVLines(columns: columns)
        if format == .csv { try await StandardOutput.write(csv.lines([Value]())) }
        var cursor: String?
        while true {
            let page = try await page(cursor)
            guard let last = page.last else { return }
            cursor = id(last)
            switch format {
            case .csv: try await StandardOutput.write(csv.lines(page))
            case .jsonl:
                var json = JSONWriter()
                for value in page {
                    json.value(value)
                    json.newline()
                }
                try await StandardOutput.write(json.bytes)
            }
        }
    }
}
