import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct UserImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Create users from a CSV or JSON file.",
        discussion: """
            A JSON file has one object per line, or an array of objects. A CSV file begins with a header; fields are separated \
            by commas, semicolons or tabs. Both must be UTF-8. The fields are email, name, company, password or password_hash \
            (bcrypt), role, state and confirmed. Any other field is an error, unless --map says which field it is, or leaves it \
            out. To import a role other than user, you must be an admin.

            The fields id and created_at, which an export contains, are imported only with --keep-ids; otherwise a warning says \
            so. An ID must be a UUID of version 7. A user who already exists with the same ID and address is skipped; one with \
            only one of them is an error.

            Each new user causes one user.created event, with the present time, and a welcome mail, unless --no-mail or \
            --keep-ids is given or the user is disabled.

            A row that fails is reported on standard error by line and column, without its content, and the import \
            continues. An interrupted import can be run again: existing users with the same name and company are skipped. \
            The exit status is 65 if any row failed.

            Examples:
              shippy user import users.csv --dry-run
              shippy user import users.jsonl --no-mail
              shippy user import export.jsonl --keep-ids
              shippy user import crm.csv --map "Full Name=name" --map E-Mail=email --map Phone=-
              zcat users.jsonl.gz | shippy user import -
            """)

    @Argument(help: "The file, or - for standard input.", completion: .file())
    var file: String

    @Flag(help: "Check all rows without creating users.")
    var dryRun = false

    @Flag(help: "Send no welcome mails.")
    var noMail = false

    @Flag(name: .customLong("keep-ids"), help: "Keep each user's ID and time of creation, and send no welcome mails.")
    var keepIDs = false

    @Option(help: ArgumentHelp("Read this column as a field, or leave it out with -.", valueName: "column=field"))
    var map: [ColumnMap] = []

    @Option(help: "Set the file's format. (default: detected from its first character)")
    var format: UserFileFormat?

    @OptionGroup(title: Creating.heading) var creating: Flags<Creating>
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common, creating.values)
        let rows = try UserRows(
            path: file, format: format, maps: map, mailDomain: context.configuration.mailDomain,
            takesBareNames: !dryRun || context.configuration.ownMailDomain != nil, keepsIDs: keepIDs)
        // Who has an ID has been welcomed.
        let run = ImportRun(requestID: context.requestID, welcome: !noMail && !keepIDs, isDryRun: dryRun)
        if dryRun {
            try await run.check(rows)
        } else {
            try await context.withUsers { try await run.create(rows, users: $0) }
        }
        try await context.rendering.value(run.summary, fields: run.summary.fields)
        if run.summary.failed > 0 { throw ExitStatus.invalidData.exitCode }
    }
}
