import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct EventsDeadShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a dead letter with the event's headers and data.",
        usage: "shippy events dead show [<options>] <seq-or-id>",
        discussion: """
            Examples:
              shippy events dead show 12
              shippy events dead show 01a1fc02-23c5-7002-b642-b33377b8893b -o json
            """)

    @Argument(
        help: "The dead letter's sequence number, as `shippy events dead list` shows it, or the event's ID.",
        completion: .custom(Completion.deadLetters))
    var seqOrID: String

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let letter = try await context.withBus { bus in
            let chosen = try await ChosenDeadLetters(bus, names: [seqOrID])
            guard let sequence = chosen.letters.first?.sequence,
                let letter = try await bus.deadLetters(after: sequence - 1, limit: 1).first, letter.sequence == sequence
            else { throw ChosenDeadLetters.noLetter(seqOrID) }
            // If its event is gone, what there is.
            return (try? await bus.completed(letter)) ?? letter
        }
        let shown = ShownDeadLetter(letter: letter, isWhole: true)
        try await context.rendering.value(shown, fields: shown.fields)
    }
}
