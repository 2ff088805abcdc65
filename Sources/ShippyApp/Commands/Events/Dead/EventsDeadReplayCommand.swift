import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct EventsDeadReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Give dead letters back to the consumer group that gave up on them.",
        usage: "shippy events dead replay [<options>] [<seq-or-id> ...]",
        discussion: """
            Only the group that failed gets the event again, with its original ID, and all its attempts. Other groups and \
            readers of the subject do not get it a second time: the replay has a subject of its own, \
            dead-letter.GROUP.replay. A dead letter is replayed once; if the event fails again, there is a new one. The event \
            waits if no member of the group is running.

            The exit status is 66 if one of the dead letters is not there; the others are replayed.

            Examples:
              shippy events dead replay 12 15
              shippy events dead replay --all --group notificator
            """)

    @OptionGroup var chosen: DeadLetterOptions
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        try await chosen.settle(by: .replay, context)
    }
}
