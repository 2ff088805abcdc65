import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct ContextShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one context, by default the one that commands use.",
        usage: "shippy context show [<options>] [<name>]",
        discussion: """
            URLs that may contain a password are shown with scheme and host only. Credentials are never shown.

            Examples:
              shippy context show
              shippy context show production -o json
            """)

    @Argument(help: "The context's name. (default: the context in effect)", completion: .custom(Completion.contexts))
    var name: String?

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.loadWithoutContext(common)
        let contexts = try await ContextStore().load()
        let current = CommandContext.namedContext(common)?.text ?? contexts.current ?? ""
        let name = name ?? current
        guard !name.isEmpty else { throw ShippyError(.notFound, "no context is in effect: `shippy context list` lists all contexts") }
        let shown = ShownContext(try contexts.context(name), isCurrent: name == current)
        try await context.rendering.value(shown, fields: shown.fields)
    }
}
