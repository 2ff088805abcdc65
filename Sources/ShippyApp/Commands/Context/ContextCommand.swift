import ArgumentParser

struct ContextCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "context",
        abstract: "Give installations names, and choose the one that commands use.",
        discussion: """
            A context holds the settings that lead to an installation, and the credentials for it. A command uses the one that \
            --context or SHIPPY_CONTEXT names, otherwise the current one. `shippy up` and `shippy serve` never use the current \
            one, so that choosing a context cannot start services on it.

            A flag or a SHIPPY_ variable overrides a value of the context, and the context overrides the configuration file. \
            --context '' or an empty SHIPPY_CONTEXT uses no context.
            """,
        subcommands: [
            ContextAddCommand.self, ContextListCommand.self, ContextUseCommand.self, ContextShowCommand.self, ContextRemoveCommand.self,
        ])
}
