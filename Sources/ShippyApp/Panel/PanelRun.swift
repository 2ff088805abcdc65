import Foundation
import Logging
import ShippyConfiguration
import ShippyCore
import ShippyTLS
import ShippyTUI

/// Shows the panel for a command.
struct PanelRun {
    private let context: CommandContext
    private let tab: PanelTab
    private let service: String?

    /// - Parameter service: see ``Panel/Options/service``.
    init(_ common: Flags<EveryCommand>, _ browsing: Flags<Browsing>, tab: PanelTab, service: String? = nil) throws {
        // Log lines on the terminal would overwrite the panel.
        context = try CommandContext.load(common, browsing.values, logLevel: Console.isTerminal ? .critical : .warning)
        self.tab = tab
        self.service = service
    }

    /// Shows the panel until it ends.
    /// - Returns: the command's context, and false if it was not to be shown, or there is no terminal that could.
    func show(unless isUnwanted: Bool) async throws -> (CommandContext, isShown: Bool) {
        guard !isUnwanted, StandardOutput.isTerminal, isatty(STDIN_FILENO) == 1, !Terminal.isDumb else { return (context, false) }
        AllocatorArenas.limit(to: 2)
        let options = await options
        switch try await context.withRegistry({ try await show(options, $0) }) {
        case .quit: return (context, true)
        case .interrupted: throw ExitStatus.interrupted.exitCode
        case .hungUp: throw ExitStatus.hungUp.exitCode
        case .unsuitable: return (context, false)
        }
    }

    private var options: Panel.Options {
        get async {
            let configuration = context.configuration
            let interval = configuration.probeInterval
            return Panel.Options(
                registry: configuration.registry.place, store: configuration.store.place,
                bus: configuration.bus.place,
                context: configuration.context.map { Panel.Options.Context(name: $0.name, isProtected: $0.isProtected) },
                access: await access, tab: tab, service: service, isReadOnly: configuration.isReadOnly,
                probeInterval: interval > .zero ? interval.seconds : nil)
        }
    }

    /// Who the services take this command for, as far as that is known without a call.
    private var access: String? {
        get async {
            let credentials = context.credentials { try await UsersAccess.refresh($0, context) }
            return switch try? await credentials.known() {
            case .owner?: "owner"
            case .given?: "with a token"
            case .login(let login)?: login.holder
            case nil: nil
            }
        }
    }

    private func show(_ options: Panel.Options, _ registry: any ServiceRegistry) async throws -> PanelLoop.End {
        let inbox = try PanelInbox()
        let signals = PanelSignals(inbox)
        defer { signals.stop() }
        // What a command would say appears on the panel's last line.
        Console.divert { inbox.post(.message($0, isError: false)) }
        defer { Console.divert(to: nil) }
        let follower = RegistryFollower(registry, service: service, inbox: inbox)
        let prober = InstanceProber(tls: ClientTLS(context.configuration))
        let actions = PanelActions(registry: registry, follower: follower, inbox: inbox, prober: prober, engines: PanelEngines(context))
        let following = Task { await follower.run() }
        let end = await PanelLoop(options: options, allowsColor: context.rendering.style.isEnabled, inbox: inbox, actions: actions).run()
        Console.divert(to: nil)
        following.cancel()
        await following.value
        await actions.stop()
        return end
    }
}
