import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct EventsImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Publish the events of a file that `shippy events export` has written.",
        usage: "shippy events import [<options>] <file>",
        discussion: """
            Events keep their IDs, headers and payloads. An event whose ID is already on the bus is skipped, so an import can be \
            repeated. The bus gives each event a new sequence number and time; its original time is in the header Shippy-Time, \
            and in another export.

            The consumer groups get imported events like all others: notificators mail each user.created and user.notice event \
            whose ID they have not mailed yet, unless --no-mail is given.

            A line that cannot be imported is reported on standard error by its number, and the import continues. The exit status \
            is 65 if there was any.

            Examples:
              shippy events import events.jsonl --dry-run
              shippy events import events.jsonl --no-mail
              zcat events.jsonl.gz | shippy events import -
            """)

    @Argument(help: "The file, or - for standard input.", completion: .file())
    var file: String

    @Flag(help: "Check all lines without publishing events.")
    var dryRun = false

    @Flag(help: "Cause no mails: send no welcome mails, and skip user.notice events.")
    var noMail = false

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let lines = try EventLines(path: file)
        // The embedded bus knows all IDs itself.
        let run = EventImportRun(mails: !noMail, isDryRun: dryRun, known: context.configuration.bus == .embedded ? nil : KnownEvents())
        if dryRun {
            try await run.run(lines, bus: nil)
        } else {
            try await context.withBus { try await run.run(lines, bus: $0) }
        }
        try await context.rendering.value(run.summary, fields: run.summary.fields)
        if run.summary.failed > 0 { throw ExitStatus.invalidData.exitCode }
    }
}
