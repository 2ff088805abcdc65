import ArgumentParser

struct RegistryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registry", abstract: "List, watch and deregister service instances.",
        subcommands: [RegistryListCommand.self, RegistryWatchCommand.self, RegistryDeregisterCommand.self, RegistryTUICommand.self])
}
