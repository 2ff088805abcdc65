import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct ContextUseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "use",
        abstract: "Make a context current.",
        usage: "shippy context use [<options>] <name>",
        discussion: """
            Commands in every terminal use the current context unless --context or SHIPPY_CONTEXT names another; `shippy up` \
            and `shippy serve` do not. To choose one for a single terminal, set SHIPPY_CONTEXT there instead. An empty name \
            makes none current.

            Examples:
              shippy context use staging
              shippy context use ""
            """)

    @Argument(help: "The context's name.", completion: .custom(Completion.contexts))
    var name: String

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        _ = try CommandContext.loadWithoutContext(common)
        try await ContextStore().change { [name] in try $0.use(name.isEmpty ? nil : name) }
        if let named = CommandContext.namedContext(common), case .variable(let variable) = named.origin, named.text != name {
            Console.say("shippy: in this shell, \(variable) overrides the current context: unset it, or set it to \(name.isEmpty ? "''" : name)")
        }
    }
}
