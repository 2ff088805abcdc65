import ArgumentParser
import Foundation
import Logging
import ShippyCore
import ShippyTUI

struct RegistryTUICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tui", abstract: "Watch the registry in a panel.",
        discussion: """
            Shows services, their instances and each instance's details as they change, tells living, expiring, unreachable and \
            foreign instances apart, and keeps what it has when the registry is away.

            Keys:
            \(KeyBinding.text)

            Where there is no terminal, or one that cannot move its cursor (TERM=dumb), the list is written once, as with --once.
            """)

    @Argument(help: "Only instances of this service.", completion: .custom(Completion.services))
    var service: String?

    @Flag(help: "Write the list once, as text, and end.")
    var once = false

    @Flag(help: "Deregister nothing.")
    var readonly = false

    @Option(help: ArgumentHelp("How often instances on the screen are probed; 0 for only when asked. (default: 10s)", valueName: "duration"))
    var probeInterval: String?

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        // What is logged to the terminal would be written across the panel.
        let context = try await CommandContext.load(global, logLevel: Console.isTerminal ? .critical : .warning)
        let interval = try context.settings.duration("probe-interval", probeInterval, default: .seconds(10))
        if !once, StandardOutput.isTerminal, isatty(STDIN_FILENO) == 1, context.settings.environmentVariable("TERM") != "dumb" {
            let options = Panel.Options(
                registry: try RegistryURL(context.settings.string("registry", global.registry)).place, service: service,
                isReadOnly: try context.settings.bool("readonly", readonly), probeInterval: interval > .zero ? interval.seconds : nil)
            switch try await show(options, context) {
            case .quit: return
            case .interrupted: throw ExitCode(130)
            case .hungUp: throw ExitCode(128 + SIGHUP)
            case .unsuitable: break
            }
        }
        if !once {
            Console.say("shippy: there is no terminal here that can show the panel: this is the list; `shippy registry watch` follows changes")
        }
        try await list(context)
    }

    private func show(_ options: Panel.Options, _ context: CommandContext) async throws -> PanelLoop.End {
        AllocatorArenas.limit(to: 2)
        let registry = try Engines.openRegistry(context.settings, context.options)
        let inbox = try PanelInbox()
        let signals = PanelSignals(inbox)
        defer { signals.stop() }
        let follower = RegistryFollower(registry, service: service, inbox: inbox)
        let actions = PanelActions(registry: registry, follower: follower, inbox: inbox) {
            try Engines.openBus(context.settings, context.options)
        }
        let following = Task { await follower.run() }
        let end = await PanelLoop(options: options, allowsColor: context.rendering.style.isEnabled, inbox: inbox, actions: actions).run()
        following.cancel()
        await following.value
        await actions.stop()
        await registry.close()
        return end
    }

    /// The same list as text.
    private func list(_ context: CommandContext) async throws {
        let registry = try Engines.openRegistry(context.settings, context.options)
        let instances = try await registry.list(service: service)
        await registry.close()
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
