import ArgumentParser
import ShippyConfiguration
import ShippyCore
import ShippyStory

struct StoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "story",
        abstract: "Show everything that happened to one user, or by one request.",
        usage: "shippy story [<options>] <name>",
        discussion: """
            Shows in order how the user was created, the events about them, their mails with every attempt and the server's answer, changes, \
            log-ins and other entries of the audit log, and their deletion; then what comes next and when, or why nothing does.

            The name is the ID of a user, an event, a mail, an entry of the audit log or a request, the sequence of an event, or an e-mail \
            address; or the beginning of a user's or mail's ID, or a part of one user's name. A user who was deleted or has another address now is found as long as the audit log, the events or the mails tell of \
            them. The time in an ID tells where to look. For anything else, only the newest events, mails and entries are looked \
            through, or those from --since on.

            With --follow, it ends when nothing more will come by itself, with status 0. It ends with status 1 if nothing has \
            happened for five minutes and nobody knows when it will, because a service is not running, for example.

            Everything is read from the store, the bus and the registry, so it is there as long as they keep it, whatever becomes of \
            the log. In JSON, each step has the members at, step and what; step is one of \(kinds).

            A time is \(TimeText.forms)

            Examples:
              shippy story ada@example.com
              shippy story -f 01a1fc02-23c5-7002-b642-b33377b8893b
              shippy story my-request-1 --since 2h -o jsonl
            """)

    private static let kinds = StoryStep.Kind.allCases.map(\.rawValue).joined(separator: ", ")

    @Argument(help: "An ID, an event's sequence, or an e-mail address.", completion: .custom(Completion.emails))
    var name: String

    @Flag(name: .shortAndLong, help: "Show new steps as they come, until nothing more will come by itself.")
    var follow = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Look for the name from this time on. (default: the time in the ID, or the newest rows)", valueName: "time"))
    var since: String?

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let since = try since.map { try TimeText.parse($0, option: "since") }
        let home = HomeDatabase(context.configuration)
        try await context.withStore(in: home) { store in
            try await context.withBus(in: home) { bus in
                try await context.withRegistry { registry in
                    let engines = StoryEngines(
                        store: store, bus: { bus }, registry: { registry }, mailAttempts: context.configuration.mailAttempts)
                    let subject = try await find(StoryFinder(engines, mailDomain: context.configuration.mailDomain), since, store)
                    try await tell(subject, StoryReader(engines), store, bus, context)
                }
            }
        }
    }

    /// What the name means or, if it means nothing by itself, what begins with it or has it as a part.
    private func find(_ finder: StoryFinder, _ since: Timestamp?, _ store: any Store) async throws -> StorySubject {
        do {
            return try await finder.find(name, since: since)
        } catch let missing as ShippyError where missing.code == .notFound && !name.contains("@") {
            if TypedID.isPrefix(name), let mail = try? await store.mail(typed: name) { return try await finder.find(mail.id, since: since) }
            return try await finder.find(store.user(typed: name, missing: missing).id, since: since)
        }
    }

    private func tell(
        _ subject: StorySubject, _ reader: StoryReader, _ store: any Store, _ bus: any EventBus, _ context: CommandContext
    ) async throws {
        var output = StoryOutput(context.rendering)
        guard follow else { return try await output.write(reader.read(subject)) }
        let ending = try await StoryTail(reader: reader, subject: subject, store: store, bus: bus).follow { story, steps in
            try await output.write(story, steps)
        }
        switch ending {
        case .over: Console.say("shippy: nothing more comes by itself")
        case .silent:
            Console.say("shippy: nothing has happened for \(StoryText.length(StoryTail.patience)), and it is not known when it will")
            throw ExitStatus.failed.exitCode
        }
    }
}
