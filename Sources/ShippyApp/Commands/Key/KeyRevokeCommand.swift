import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct KeyRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Remove a key at once, and list the keys.",
        usage: "shippy key revoke [<options>] <kid>",
        discussion: """
            All access tokens that it has signed are refused. Sessions go on: their clients get new tokens. Use it if the key may \
            have become known, and `shippy key rotate` otherwise.

            Examples:
              shippy key revoke 01a1fc02-23c5-7002-b642-b33377b8893b
            """)

    @Argument(help: "The key's ID.")
    var kid: String

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        try await context.listKeys { try await $0.revokeKey(kid, requestID: context.requestID) }
    }
}
