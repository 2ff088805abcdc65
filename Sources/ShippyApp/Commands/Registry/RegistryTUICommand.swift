import ArgumentParser
import Foundation
import Logging
import ShippyConfiguration
import ShippyCore
import ShippyTLS
import ShippyTUI

struct RegistryTUICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tui",
        abstract: "Watch the registry in a panel.",
        discussion: """
            Shows services, their instances and each instance's details, and updates them as they change. It distinguishes \
            alive, expiring, unreachable and foreign instances. While the registry cannot be reached, it keeps showing the \
            last known state.

            Keys:
            \(KeyBinding.text)

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
        // Log lines on the terminal would overwrite the panel.
        let context = try CommandContext.load(common, browsing.values, logLevel: Console.isTerminal ? .critical : .warning)
        let interval = context.configuration.probeInterval
        if !once, StandardOutput.isTerminal, isatty(STDIN_FILENO) == 1, !Terminal.isDumb {
            let options = Panel.Options(
                registry: context.configuration.registry.place,
                context: context.configuration.context.map { Panel.Options.Context(name: $0.name, isProtected: $0.isProtected) }, service: service,
                isReadOnly: context.configuration.isReadOnly,
                probeInterval: interval > .zero ? interval.seconds : nil)
            switch try await show(options, context) {
            case .quit: return
            case .interrupted: throw ExitStatus.interrupted.exitCode
            case .hungUp: throw ExitStatus.hungUp.exitCode
            case .unsuitable: break
            }
        }
        if !once {
            Console.say("shippy: this terminal cannot show the panel, so the list is printed once; `shippy registry watch` follows changes")
        }
        try await list(context)
    }

    private func show(_ options: Panel.Options, _ context: CommandContext) async throws -> PanelLoop.End {
        AllocatorArenas.limit(to: 2)
        return try await context.withRegistry { try await show(options, context, $0) }
    }

    private func show(_ options: Panel.Options, _ context: CommandContext, _ registry: any ServiceRegistry) async throws -> PanelLoop.End {
        let inbox = try PanelInbox()
        let signals = PanelSignals(inbox)
        defer { signals.stop() }
        let follower = RegistryFollower(registry, service: service, inbox: inbox)
        let prober = InstanceProber(tls: ClientTLS(context.configuration))
        let actions = PanelActions(registry: registry, follower: follower, inbox: inbox, prober: prober) {
            try Engines.openBus(context.configuration)
        }
        let following = Task { await follower.run() }
        let end = await PanelLoop(options: options, allowsColor: context.rendering.style.isEnabled, inbox: inbox, actions: actions).run()
        following.cancel()
        await following.value
        await actions.stop()
        return end
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
