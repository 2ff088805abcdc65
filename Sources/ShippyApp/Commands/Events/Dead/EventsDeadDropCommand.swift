import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct EventsDeadDropCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop",
        abstract: "Drop dead letters: their events are never replayed.",
        usage: "shippy events dead drop [<options>] [<seq-or-id> ...]",
        discussion: """
            The events stay on the bus until their retention ends; only the dead letters are closed. On a terminal, the command \
            asks first unless --yes is given. In a protected context, its name must be typed, or given with --confirm.

            The exit status is 66 if one of the dead letters is not there; the others are dropped.

            Examples:
              shippy events dead drop 12
              shippy events dead drop --all --group notificator --yes
            """)

    @OptionGroup var chosen: DeadLetterOptions
    @OptionGroup var confirmation: Confirmation
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let question = try confirmation.question(context, place: context.busPlace)
        try await chosen.settle(by: .drop, context) { try await question?.ask(Self.action($0), otherwise: "no dead letter was dropped") }
    }

    /// `Drop dead letter 12 (user.created)`
    static func action(_ letters: [DeadLetter]) -> String {
        guard letters.count == 1, let letter = letters.first else { return "Drop \(letters.count) dead letters" }
        return "Drop dead letter \(letter.sequence) (\(letter.originalSubject?.description ?? "unknown subject"))"
    }
}
