import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy all users, events and mails into a file, while services run.",
        usage: "shippy backup [<options>] <file>",
        discussion: """
            The file holds the data directory's database as it was at one moment: users, events, mails, sessions, tokens, keys \
            and the audit log. It is a tar archive compressed with Zstandard. It appears under its name when it is complete, and \
            only you can read it. `shippy restore` makes a new installation of it.

            The registry is not in it, nor are config.yaml, templates and delivered mail. Neither is the secret: whoever has \
            only the backup can log in as nobody. Copy the file `secret` of the data directory once, and keep it in another place.

            Services go on meanwhile. For a moment the database needs its own size again as free space, next to the file, or \
            in the data directory if the backup goes to standard output.

            Examples:
              shippy backup /backup/monday.tar.zst
              shippy backup - | ssh other.example.com 'cat > monday.tar.zst'
              shippy backup --verify /backup/monday.tar.zst
            """)

    @Argument(help: "The file to write, or - for standard output.", completion: .file())
    var file: String

    @Flag(help: "Replace the file if it exists.")
    var force = false

    @Flag(help: "Show what the backup would hold, and write nothing.")
    var dryRun = false

    @Flag(help: "Check an existing backup: read all of it, compare its digests and check the database in it. (- is standard input)")
    var verify = false

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func validate() throws {
        guard !file.isEmpty else { throw ValidationError("The name of the file is empty.") }
        guard !verify || !(force || dryRun) else { throw ValidationError("--verify writes nothing: it cannot be used with --force or --dry-run.") }
    }

    func run() async throws {
        let context = try CommandContext.load(common)
        if verify {
            let checked = try await BackupCheck(file: file).run()
            Console.say("shippy: the backup is complete and undamaged")
            return try await context.rendering.value(checked, fields: checked.fields)
        }
        let run = BackupRun(database: try context.backedUpDatabase(), target: BackupRun.Target(file, replaces: force))
        if dryRun {
            let planned = try await run.plan()
            return try await context.rendering.value(planned, fields: planned.fields)
        }
        let written = try await run.run()
        if file == "-" {
            Console.say("shippy: backed up \(written.summary)")
        } else {
            try await context.rendering.value(written, fields: written.fields)
        }
    }
}

extension CommandContext {
    /// The file that holds everything.
    /// - Throws: ``ShippyError`` `.usage` if it does not, with what to do instead.
    fileprivate func backedUpDatabase() throws -> String {
        try checkEngines()
        var elsewhere: [String] = []
        var advice: [String] = []
        switch configuration.store {
        case .sqlite(let path):
            if !HomeDatabase(configuration).isAt(path) {
                elsewhere.append("the store is \(path)")
                advice.append("copy that file with `sqlite3 FILE \".backup COPY\"`")
            }
        case .postgres:
            elsewhere.append("the store is \(configuration.store.place)")
            advice.append("back up PostgreSQL with `pg_dump --format=custom --file=FILE DATABASE`")
        }
        if configuration.bus != .embedded {
            elsewhere.append("the bus is \(configuration.bus.place)")
            advice.append("write the events, after the store, with `shippy events export > FILE`")
        }
        guard elsewhere.isEmpty else {
            throw ShippyError(
                .usage,
                """
                `shippy backup` copies a data directory with an embedded store and bus, and here \(elsewhere.joined(separator: " and ")): \
                \(advice.joined(separator: ", and ")); docs/backup.md explains the steps
                """)
        }
        return HomeDatabase.path(configuration)
    }
}
