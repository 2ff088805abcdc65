import ArgumentParser

struct EventsDeadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead", abstract: "Show, replay and drop dead letters: events that a consumer group gave up on.",
        subcommands: [EventsDeadListCommand.self, EventsDeadShowCommand.self, EventsDeadReplayCommand.self, EventsDeadDropCommand.self])
}
