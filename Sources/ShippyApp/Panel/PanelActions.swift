import ShippyCore
import ShippyTUI
import Synchronization

/// Carries out the panel's effects outside its thread, and answers through the inbox.
final class PanelActions: Sendable {
    private static let probesAtOnce = 16

    private let registry: any ServiceRegistry
    private let follower: RegistryFollower
    private let inbox: PanelInbox
    private let prober: InstanceProber
    private let openBus: @Sendable () throws -> any EventBus
    private let events = Mutex<Task<Void, Never>?>(nil)
    private let inProbe = Mutex<Set<Instance.Key>>([])

    init(
        registry: any ServiceRegistry, follower: RegistryFollower, inbox: PanelInbox, prober: InstanceProber,
        openBus: @escaping @Sendable () throws -> any EventBus
    ) {
        self.registry = registry
        self.follower = follower
        self.inbox = inbox
        self.prober = prober
        self.openBus = openBus
    }

    /// Carries out any effect that does not concern the terminal.
    func perform(_ effect: PanelEffect) {
        switch effect {
        case .askTimeLeft(let instances): Task { await follower.ask(instances) }
        case .probe(let instances): Task { await probe(instances) }
        case .deregister(let keys): Task { await deregister(keys) }
        case .export(let path, let rows): Task { await export(rows, to: path) }
        case .followEvents(let isWanted): followEvents(isWanted)
        case .copy, .copyJSON, .redraw, .suspend, .quit: break
        }
    }

    private func probe(_ instances: [Instance]) async {
        let wanted = inProbe.withLock { inProbe in instances.filter { inProbe.insert($0.key).inserted } }
        await withTaskGroup(of: Void.self) { group in
            for (started, instance) in wanted.enumerated() {
                if started >= Self.probesAtOnce { await group.next() }
                group.addTask { [self] in
                    let result = await prober.probe(instance)
                    inProbe.withLock { _ = $0.remove(instance.key) }
                    inbox.post(.probed(instance.key, result))
                }
            }
        }
    }

    private func deregister(_ keys: [Instance.Key]) async {
        var done = 0
        for key in keys {
            do {
                if try await registry.deregister(key) { done += 1 }
            } catch {
                return inbox.post(.message("\(done) of \(keys.count) deregistered, then: \(ShippyError.reason(of: error))", isError: true))
            }
        }
        let name = keys.count == 1 ? "\(keys[0].service) \(keys[0].id)" : "\(done) instances"
        inbox.post(
            done == 0
                ? .message("\(name) was already gone", isError: true)
                : .message("\(name) deregistered; if it is still running, it registers again", isError: false))
    }

    private func export(_ rows: [InstanceRow], to path: String) async {
        do {
            try await BlockingQueue("export").run { try InstanceExport.write(rows, to: path) }
            inbox.post(.message("\(rows.count) instances written to \(path)", isError: false))
        } catch {
            inbox.post(.message(ShippyError.reason(of: error), isError: true))
        }
    }

    private func followEvents(_ isWanted: Bool) {
        let task = isWanted ? Task { [inbox, openBus] in await EventFollower(inbox: inbox, openBus: openBus).run() } : nil
        events.withLock { events in
            events?.cancel()
            events = task
        }
    }

    /// Stops background tasks.
    func stop() async {
        let task = events.withLock { $0 }
        task?.cancel()
        await task?.value
    }
}
