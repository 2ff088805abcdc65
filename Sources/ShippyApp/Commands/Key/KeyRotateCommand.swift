import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct KeyRotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Let the next key sign, make a new one, and list the keys.",
        usage: "shippy key rotate [<options>]",
        discussion: """
            The next key signs as soon as all verifiers can know it. Tokens of the earlier key stay valid until they run out.

            Examples:
              shippy key rotate
            """)

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        try await context.listKeys { try await $0.rotateKeys(requestID: context.requestID) }
    }
}
