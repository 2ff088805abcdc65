import ArgumentParser

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Follow, publish and copy events, replay what failed, and show the event bus.",
        subcommands: [
            EventsTailCommand.self, EventsPublishCommand.self, EventsStatusCommand.self, EventsDeadCommand.self, EventsExportCommand.self,
            EventsImportCommand.self,
        ])
}
