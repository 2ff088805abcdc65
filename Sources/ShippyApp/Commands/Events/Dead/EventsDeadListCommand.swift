import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct EventsDeadListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List dead letters, oldest first.",
        usage: "shippy events dead list [<options>]",
        discussion: """
            Lists the events that a consumer group gave up on and that were neither replayed nor dropped since. `shippy status` \
            and the metric shippy_events_dead_letters count the same.

            Examples:
              shippy events dead list
              shippy events dead list --group notificator -o jsonl
            """)

    @Option(help: ArgumentHelp("List only the dead letters of this consumer group.", valueName: "group"))
    var group: String?

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let letters = try await context.withBus { try await ChosenDeadLetters($0, names: [], group: group).letters }
        try await context.rendering.list(letters.map { ShownDeadLetter(letter: $0) }) { ShownDeadLetter.fill($0, letters) }
    }
}
