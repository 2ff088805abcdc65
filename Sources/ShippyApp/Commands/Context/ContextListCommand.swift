import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct ContextListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List all contexts.",
        usage: "shippy context list [<options>]",
        discussion: """
            An asterisk marks the context that commands use in this shell: the one that SHIPPY_CONTEXT names, otherwise the \
            current one.

            Examples:
              shippy context list
              shippy context list -o jsonl
            """)

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.loadWithoutContext(common)
        let contexts = try await ContextStore().load()
        let named = CommandContext.namedContext(common)
        let current = named?.text ?? contexts.current
        if let named, let other = contexts.current, other != named.text {
            Console.say("shippy: \(named.origin.description) overrides the current context, \(other)")
        }
        let shown = contexts.all.map { ShownContext($0, isCurrent: $0.name == current) }
        try await context.rendering.list(shown) { table in
            table.header("CURRENT", "NAME", "PROTECTED", "CREDENTIALS", "SETTINGS")
            for context in shown {
                table.row(
                    context.isCurrent ? "*" : "", context.name, context.isProtected ? "yes" : "no", context.credentials,
                    context.settings.map { "\($0.name)=\($0.value)" }.joined(separator: " "))
            }
        }
    }
}
