import ArgumentParser
import ShippyCore

struct EventsTailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Follow events, from any point on.",
        discussion: """
            Shows each event once, in order, and says in so many words which ones it could not show: on standard error as text, \
            and as a line {"notice":"gap",...} with -o jsonl.

            Subjects may have wildcards: * stands for one token, > at the end for the rest. A time is RFC 3339, seconds since 1970, \
            or a duration ago: 2026-01-02T03:04:05Z, 1767323045, 15m. A field is one of the data's own, or event-id, subject or \
            header.NAME.

            Payloads are decoded, whichever of the four shapes in the field they have, and shown with everything escaped that a \
            terminal might act on.
            """)

    @Argument(help: "Subjects to follow. (default: user.created)", completion: .custom(Completion.subjects))
    var subjects: [String] = []

    @Flag(help: "Begin with the first event that is still there.")
    var all = false

    @Flag(help: "Begin with the next event. This is the default.")
    var new = false

    @Option(help: ArgumentHelp("Begin with the last n events that match.", valueName: "n"))
    var last: Int?

    @Option(help: ArgumentHelp("Begin with the first event at or after this time.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Begin with this sequence.", valueName: "n"))
    var fromSeq: Int?

    @Option(help: ArgumentHelp("End with the last event before this time.", valueName: "time"))
    var until: String?

    @Option(help: ArgumentHelp("End after n events.", valueName: "n"))
    var count: Int?

    @Flag(help: "End when there is no more to show now.")
    var atEnd = false

    @Option(help: ArgumentHelp("End when nothing came for so long.", valueName: "duration"))
    var idleTimeout: String?

    @Option(help: ArgumentHelp("Show only events with this value. May be repeated.", valueName: "field=value"))
    var filter: [String] = []

    @Option(help: ArgumentHelp("Show only events whose data contains this text.", valueName: "text"))
    var grep: String?

    @Flag(help: "Show headers, too. JSON always has them.")
    var headers = false

    @Flag(help: "Say at the end, on standard error, how many events there were.")
    var stats = false

    @Flag(help: "Exit with status 3 if events were missed; at once where no other end is asked for.")
    var failOnGap = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard [all, new, last != nil, since != nil, fromSeq != nil].count(where: { $0 }) <= 1 else {
            throw ValidationError("Use only one of --all, --new, --last, --since and --from-seq.")
        }
    }

    func run() async throws {
        let context = try await CommandContext.load(global)
        let settings = context.settings
        let subjects = try (subjects.isEmpty ? ["user.created"] : subjects).map(SubjectFilter.init)
        let stop = TailStop(
            until: try settings.string("until", until).map { try TimeText.parse($0, option: "until") },
            count: try (count != nil || settings.string("count") != nil) ? settings.int("count", count, default: 0, in: 0...Int.max) : nil,
            atEnd: atEnd,
            idleTimeout: try (idleTimeout ?? settings.string("idle-timeout")).map { _ in
                try settings.duration("idle-timeout", idleTimeout, default: .zero)
            })
        let run = TailRun(
            stop: stop, filters: try filter.map(EventFilter.init), grep: settings.string("grep", grep), failOnGap: failOnGap,
            renderer: EventRenderer(format: context.rendering.format, showsHeaders: headers, style: context.rendering.style))
        let bus = try Engines.openBus(settings, context.options)
        do {
            let reader = try await bus.reader(subjects: subjects, from: try start(settings))
            let sawGap = try await run.follow(reader)
            await reader.close()
            if stats { Console.say(run.summary) }
            await bus.close()
            if sawGap, failOnGap { throw ExitCode(ExitStatus.code(.gap)) }
        } catch {
            if stats, !(error is ExitCode) { Console.say(run.summary) }
            throw error
        }
    }

    private func start(_ settings: Settings) throws -> StartPosition {
        if all { return .all }
        if new { return .new }
        if let last {
            guard last >= 0 else { throw settings.unreadable("last", "\(last)", "use a number from 0") }
            return .last(last)
        }
        if let fromSeq {
            guard fromSeq >= 1 else { throw settings.unreadable("from-seq", "\(fromSeq)", "use a number from 1") }
            return .sequence(Int64(fromSeq))
        }
        if let since { return .time(try TimeText.parse(since, option: "since")) }
        if let text = settings.string("last") { return .last(try settings.int("last", Int(text), default: 0, in: 0...Int.max)) }
        if let text = settings.string("since") { return .time(try TimeText.parse(text, option: "since")) }
        if settings.string("from-seq") != nil { return .sequence(Int64(try settings.int("from-seq", nil, default: 1, in: 1...Int.max))) }
        return try settings.bool("all", false) ? .all : .new
    }
}
