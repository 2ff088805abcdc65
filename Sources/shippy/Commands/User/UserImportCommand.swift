import ArgumentParser
import Foundation
import ShippyCore

struct UserImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Create users from a file, JSONL or CSV.",
        discussion: """
            JSONL has an object a line, CSV a header, both in UTF-8. The fields are email, name, company and password; id and \
            created_at, which an export has, are ignored, and any other field is an error. Rows that fail are reported one by one \
            on standard error, with the line and the column but without what is in them, and the others are created all the same. \
            Run again, it leaves out the users who are there already: so an import that was cut short goes on.

            Exit status 65 when a row failed.
            """)

    @Argument(help: "The file; - for standard input.", completion: .file())
    var file: String

    @Flag(help: "Check the rows and create nothing.")
    var dryRun = false

    @Flag(help: "Send no welcome mails.")
    var noMail = false

    @Option(help: "jsonl or csv. (default: by the first character of the file)")
    var format: UserExportCommand.Format?

    @Option(help: ArgumentHelp("Complete addresses without a domain with this one. (default: left to the users service)", valueName: "domain"))
    var mailDomain: String?

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let context = try await CommandContext.load(global)
        let rows = try UserRows(
            path: file,
            format: try format.map { $0 }
                ?? context.settings.string("format").map { text in
                    guard let format = UserExportCommand.Format(rawValue: text) else {
                        throw context.settings.unreadable("format", text, "use jsonl or csv")
                    }
                    return format
                },
            mailDomain: mailDomain,
            takesBareNames: try !dryRun || context.settings.string("mail-domain") != nil
                || Engines.isStoreEmbedded(context.settings, context.options))
        let run = ImportRun(welcome: !noMail, isDryRun: dryRun)
        if dryRun {
            try await run.check(rows)
        } else {
            try await withUsers(context) { try await run.create(rows, users: $0) }
        }
        try await context.rendering.value(run.summary, fields: run.summary.fields)
        if run.summary.failed > 0 { throw ExitCode(65) }
    }
}
