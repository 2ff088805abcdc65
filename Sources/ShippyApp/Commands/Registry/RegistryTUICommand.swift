import ArgumentParser
import ShippyConfiguration
import ShippyCore
import ShippyTUI

struct RegistryTUICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tui",
        abstract: "Watch the registry in the console of `shippy tui`.",
        discussion: """
            Shows services, their instances and each instance's details, and updates them as they change. It distinguishes \
            alive, expiring, unreachable and foreign instances. While the registry cannot be reached, it keeps showing the \
            last known state.

            `shippy tui --help` lists all keys. Keys 1 to 6 show the other tabs.

            Without a terminal, or on one that cannot move its cursor (TERM=dumb), it prints the list once, as with --once.

            Examples:
              shippy registry tui
              shippy registry tui users --readonly
              shippy registry tui --once
            """)

    @Argument(help: "Show only instances of this service.", completion: .custom(Completion.services))
    var service: String?

    @Flag(help: "Print the list once, as text, and exit.")
    var once = false

    @OptionGroup(title: Browsing.heading) var browsing: Flags<Browsing>
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let (context, isShown) = try await PanelRun(common, browsing, tab: .registry, service: service).show(unless: once)
        if isShown { return }
        if !once {
            Console.say("shippy: this terminal cannot show the panel, so the list is printed once; `shippy registry watch` follows changes")
        }
        try await list(context)
    }

    /// Prints the list as text.
    private func list(_ context: CommandContext) async throws {
        let instances = try await context.withRegistry { try await $0.list(service: service) }
        try await context.rendering.list(instances) { table in
            table.header("STATE", "SERVICE", "ID", "ADDRESS", "PROTO", "VERSION", "LEFT", "METADATA")
            for instance in instances {
                table.row(
                    InstanceRow(instance, isNews: false, now: 0).state.name, instance.service, instance.id, instance.address,
                    instance.protocol, instance.version, instance.ttlLeftText, instance.metadataText)
            }
        }
    }
}
