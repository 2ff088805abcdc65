import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct EventsExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write events to standard output, one JSON object per line.",
        usage: "shippy events export [<options>] [<subjects> ...]",
        discussion: """
            Writes all events that the bus has when the command starts. `shippy events import` reads them with their IDs, times, \
            headers and payloads. A line has the members of `shippy events tail -o jsonl`, and payload or base64 if the data \
            alone does not give back every byte. Passwords and other secrets are left out, as in every output; the command says \
            how many events had any. Replays of dead letters are not written, so in a copy the dead letters are open.

            A time is \(TimeText.forms) It is compared with the time at which the event was first stored. Filters are those of \
            `shippy events tail`.

            Examples:
              shippy events export > events.jsonl
              shippy events export --since yesterday --until today > yesterday.jsonl
              shippy events export --filter email~@example.com$ > example.jsonl
            """)

    @Argument(help: "Subjects to export. (default: all)", completion: .custom(Completion.subjects))
    var subjects: [String] = []

    @Option(parsing: .unconditional, help: ArgumentHelp("Export only events at or after this time.", valueName: "time"))
    var since: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Export only events before this time.", valueName: "time"))
    var until: String?

    @Option(help: ArgumentHelp("Export only events that pass this filter; repeatable.", valueName: "filter"))
    var filter: [String] = []

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let subjects = try (subjects.isEmpty ? [">"] : subjects).map(SubjectFilter.init)
        let selection = EventSelection(filters: try filter.map(EventFilter.init))
        let since = try since.map { try TimeText.parse($0, option: "since") }
        let until = try until.map { try TimeText.parse($0, option: "until") }
        let outcome = try await context.withBus { bus in
            try await ExportRun(bus: bus, subjects: subjects, selection: selection, since: since, until: until).write()
        }
        for warning in selection.warnings { Console.say("shippy: \(warning)") }
        if outcome.withoutSecrets > 0 {
            Console.say("shippy: secrets were left out of \(outcome.withoutSecrets) of \(outcome.count) events")
        }
        if outcome.missed > 0 { throw ShippyError(.failed, "\(outcome.missed) events are missing from the export") }
    }
}
