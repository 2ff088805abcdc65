import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct TokenListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List tokens for programs, oldest first.",
        discussion: """
            Expired tokens are listed for a while.

            Examples:
              shippy token list
              shippy token list --all -o jsonl
            """)

    @OptionGroup var pages: PageOptions
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        try await context.withAccess { access in
            try await pages.list(context, id: \.id, page: { try await access.tokens(after: $0, limit: $1) }) { TokenTable().fill($0, $1) }
        }
    }
}
