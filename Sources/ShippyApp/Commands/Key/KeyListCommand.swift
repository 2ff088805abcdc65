import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct KeyListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the keys that sign access tokens.",
        usage: "shippy key list [<options>]",
        discussion: """
            Examples:
              shippy key list
            """)

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        try await context.listKeys { try await $0.signingKeys() }
    }
}
