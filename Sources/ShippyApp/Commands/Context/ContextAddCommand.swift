import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct ContextAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a context and print it.",
        usage: "shippy context add [<options>] <name>",
        discussion: """
            The context gets the values of --home, --config, --store, --bus, --registry, --mailer, --users-address, \
            --notificator-address, --tls-ca, --tls-cert, --tls-key and --tls-min-version that are given as flags or in the \
            environment. Give a URL with a password in the \
            environment, because other users of this machine can see flags. Relative paths are made absolute.

            Examples:
              shippy context add staging --users-address 10.0.0.7:8083
              shippy context add office --users-address alpha.example.com:8083 --tls-ca ca.pem
              shippy context add production --protected --registry etcd://10.0.0.1:2379
              SHIPPY_STORE=postgres://u:pw@10.0.0.9/n shippy context add production --replace
            """)

    @Argument(help: "The context's name: letters, digits, dots, dashes and underscores.")
    var name: String

    @Flag(help: "Ask for the context's name before something in it is destroyed.")
    var protected = false

    @Flag(help: "Replace a context with this name. Its credentials are removed.")
    var replace = false

    @OptionGroup var confirmation: Confirmation
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        guard common.values[Settings.context.row.name] == nil else {
            throw ShippyError(.usage, "`shippy context add` does not use --context: name the new context without a flag")
        }
        try Context.checkName(name)
        let context = try CommandContext.loadWithoutContext(common)
        let settings = context.configuration.sources.forContext
        guard !settings.isEmpty else {
            throw ShippyError(.usage, "a context needs a setting that leads to its installation, such as --users-address or --home")
        }
        let added = Context(name: name, isProtected: protected, settings: settings)
        let contexts = ContextStore()
        if replace, let existing = try await contexts.load().context(named: name) {
            try await confirmation.question(about: .context(name, isProtected: existing.isProtected))?
                .ask("Replace context \(name)", otherwise: "no context was replaced")
        }
        let isCurrent = try await contexts.change { contexts in
            try contexts.add(added, isReplacing: replace)
            return contexts.current == added.name
        }
        let shown = ShownContext(added, isCurrent: isCurrent)
        try await context.rendering.value(shown, fields: shown.fields)
    }
}
