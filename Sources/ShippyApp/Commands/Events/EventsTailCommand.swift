import ArgumentParser
import Foundation
import ShippyConfiguration
import ShippyCore

struct EventsTailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Follow events, starting at any point in the log.",
        discussion: """
            Shows each event once, in order. Events that it could not show are reported: in text on standard error, with -o \
            jsonl as a line {"notice":"gap",...} among the events.

            A subject may contain wildcards: * matches one token, and > at the end matches all remaining tokens. A time is \
            \(TimeText.forms)

            --filter takes FIELD=VALUE, FIELD!=VALUE or FIELD~EXPRESSION, a Perl-compatible regular expression that ignores case. A \
            field is a member of the event's data, such as email or order.total, or event-id, subject or headers.NAME. \
            Events must pass all filters. A missing field passes != only.

            Payloads in the JSON and protobuf encodings of shippy and of the two tutorials are decoded.

            Examples:
              shippy events tail
              shippy events tail --since 1h --filter company=Analytical
              shippy events tail -n 3 --filter email~@example.com$ --at-end
              shippy events tail --since yesterday --until today --local
              shippy events tail --last 1 --at-end -o jsonl
            """)

    @Argument(help: "Subjects to follow. (default: user.created)", completion: .custom(Completion.subjects))
    var subjects: [String] = []

    @Flag(help: "Start with the oldest stored event.")
    var all = false

    @Flag(help: "Start with the next event. (default)")
    var new = false

    @Option(
        name: [.customShort("n"), .long], help: ArgumentHelp("Start with the last n events that pass the filters.", valueName: "n"))
    var last: Int?

    @Option(parsing: .unconditional, help: ArgumentHelp("Start with the first event at or after this time.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Start with this sequence number.", valueName: "n"))
    var fromSeq: Int?

    @Option(parsing: .unconditional, help: ArgumentHelp("Stop before the first event at or after this time.", valueName: "time"))
    var until: String?

    @Option(help: ArgumentHelp("Stop after n events.", valueName: "n"))
    var count: Int?

    @Flag(name: [.customShort("f"), .long], help: "Go on with new events. (default)")
    var follow = false

    @Flag(help: "Stop after the last stored event.")
    var atEnd = false

    @Option(help: ArgumentHelp("Stop after this long without an event.", valueName: "duration"))
    var idleTimeout: String?

    @Option(help: ArgumentHelp("Show only events that pass this filter; repeatable.", valueName: "filter"))
    var filter: [String] = []

    @Option(help: ArgumentHelp("Show only events whose data contains this text.", valueName: "text"))
    var grep: String?

    @Flag(help: "Show headers. JSON output always includes them.")
    var headers = false

    @Flag(help: "Show times in the local time zone instead of UTC.")
    var local = false

    @Flag(help: "Print totals to standard error at the end.")
    var stats = false

    @Flag(help: "Exit with status 3 if events were missed: at the end if an option sets one, otherwise at once.")
    var failOnGap = false

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func validate() throws {
        guard [all, new, last != nil, since != nil, fromSeq != nil].count(where: { $0 }) <= 1 else {
            throw ValidationError("Use only one of --all, --new, --last, --since and --from-seq.")
        }
        guard !follow || !atEnd else { throw ValidationError("Use only one of --follow and --at-end.") }
        guard last.map({ $0 >= 0 }) ?? true else { throw ValidationError("--last must be at least 0.") }
        guard fromSeq.map({ $0 >= 1 }) ?? true else { throw ValidationError("--from-seq must be at least 1.") }
        guard count.map({ $0 >= 0 }) ?? true else { throw ValidationError("--count must be at least 0.") }
    }

    func run() async throws {
        let context = try CommandContext.load(common)
        try context.rendering.refuseCSV()
        let subjects = try (subjects.isEmpty ? ["user.created"] : subjects).map(SubjectFilter.init)
        let selection = EventSelection(filters: try filter.map(EventFilter.init), grep: grep)
        let until = try until.map { try TimeText.parse($0, option: "until") }
        let since = try since.map { try TimeText.parse($0, option: "since") }
        let run = TailRun(
            stop: TailStop(until: until, count: count, atEnd: atEnd, idleTimeout: try idleTimeout.map(Self.duration)), selection: selection,
            failOnGap: failOnGap,
            renderer: EventRenderer(
                format: context.rendering.format, showsHeaders: headers, style: context.rendering.style, zone: local ? .current : nil))
        let sawGap = try await context.withBus { bus in
            defer {
                if stats { Console.say(run.summary) }
                for warning in selection.warnings { Console.say("shippy: \(warning)") }
            }
            let position = try await start(since, LastMatches(bus: bus, subjects: subjects, selection: selection, until: until))
            let reader = try await bus.reader(subjects: subjects, from: position)
            return try await closing({ await reader.close() }, after: { try await run.follow(reader) })
        }
        if sawGap, failOnGap { throw ExitStatus.gap.exitCode }
    }

    private func start(_ since: Timestamp?, _ matches: LastMatches) async throws -> StartPosition {
        if all { return .all }
        if let last { return try await matches.start(last) }
        if let fromSeq { return .sequence(Int64(fromSeq)) }
        if let since { return .time(since) }
        return .new
    }

    private static func duration(_ text: String) throws -> Duration {
        guard let duration = DurationText.parse(text) else {
            throw ShippyError(
                .usage, "cannot parse --idle-timeout \(text.quoted(limit: 80)): use a duration such as 500ms, 10s, 5m or 1h30m")
        }
        return duration
    }
}
