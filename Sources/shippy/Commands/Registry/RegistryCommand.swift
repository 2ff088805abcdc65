import ArgumentParser

struct RegistryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registry", abstract: "See which service instances live.",
        subcommands: [RegistryListCommand.self, RegistryWatchCommand.self, RegistryDeregisterCommand.self, RegistryTUICommand.self])
}
