import ArgumentParser

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Follow and publish events, and see how far everyone is.",
        subcommands: [EventsTailCommand.self, EventsPublishCommand.self, EventsStatusCommand.self])
}
