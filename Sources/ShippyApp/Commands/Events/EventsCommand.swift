import ArgumentParser

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Follow and publish events, and show the state of the event bus.",
        subcommands: [EventsTailCommand.self, EventsPublishCommand.self, EventsStatusCommand.self])
}
