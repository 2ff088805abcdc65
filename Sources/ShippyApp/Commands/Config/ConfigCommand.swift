import ArgumentParser

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Show and check settings.",
        subcommands: [ConfigShowCommand.self, ConfigCheckCommand.self])
}
