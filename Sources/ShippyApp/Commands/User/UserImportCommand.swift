import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct UserImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Create users from a JSONL or CSV file.",
        discussion: """
            JSONL has an object on each line, CSV a header, with commas, semicolons or tabs between fields; both are UTF-8. The fields are email, name, company and password. \
            The fields id and created_at of an export are ignored; any other field is an error.

            Rows that fail are reported on standard error with their line and column, without their content, and the other \
            users are created. Run an interrupted import again: users who are already there are left out. The exit status is \
            65 when a row failed.

            Examples:
              shippy user import users.csv --dry-run
              shippy user import users.jsonl --no-mail
              zcat users.jsonl.gz | shippy user import -
            """)

    @Argument(help: "The file; - for standard input.", completion: .file())
    var file: String

    @Flag(help: "Check the rows and create nothing.")
    var dryRun = false

    @Flag(help: "Send no welcome mails.")
    var noMail = false

    @Option(help: "Read this format. (default: by the first character of the file)")
    var format: UserFileFormat?

    @OptionGroup(title: Creating.heading) var creating: Flags<Creating>
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common, creating.values)
        let rows = try UserRows(
            path: file, format: format, mailDomain: context.configuration.mailDomain,
            takesBareNames: !dryRun || context.configuration.ownMailDomain != nil)
        let run = ImportRun(requestID: context.requestID, welcome: !noMail, isDryRun: dryRun)
        if dryRun {
            try await run.check(rows)
        } else {
            try await context.withUsers { try await run.create(rows, users: $0) }
        }
        try await context.rendering.value(run.summary, fields: run.summary.fields)
        if run.summary.failed > 0 { throw ExitStatus.invalidData.exitCode }
    }
}
