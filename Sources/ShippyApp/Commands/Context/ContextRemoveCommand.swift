import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct ContextRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove a context and its credentials.",
        usage: "shippy context remove [<options>] <name>",
        discussion: """
            The installation itself is not touched. On a terminal, the command asks first unless --yes is given.

            Examples:
              shippy context remove staging
              shippy context remove production --confirm production
            """)

    @Argument(help: "The context's name.", completion: .custom(Completion.contexts))
    var name: String

    @OptionGroup var confirmation: Confirmation
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        _ = try CommandContext.loadWithoutContext(common)
        let contexts = ContextStore()
        let existing = try await contexts.load().context(name)
        try await confirmation.question(about: .context(name, isProtected: existing.isProtected))?
            .ask("Remove context \(name)", otherwise: "no context was removed")
        try await contexts.change { [name] in try $0.remove(name) }
    }
}
