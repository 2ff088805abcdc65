import ShippyCore
import ShippyTUI
import Synchronization

/// Brings the panel what the registry has, and says when it cannot.
final class RegistryFollower: Sendable {
    private let registry: any ServiceRegistry
    private let service: String?
    private let inbox: PanelInbox

    private struct State {
        var watch: Task<Void, any Error>?
        /// Registries that are stopped, or cut off, do not end a watch: questions fail first.
        var hasFailed = false
    }

    private let state = Mutex(State())

    init(_ registry: any ServiceRegistry, service: String?, inbox: PanelInbox) {
        self.registry = registry
        self.service = service
        self.inbox = inbox
    }

    /// Follows the registry until it is cancelled, whatever happens to it in between.
    func run() async {
        var outage = Outage(base: .milliseconds(200), cap: .seconds(5))
        while !Task.isCancelled {
            let started = ContinuousClock.now
            let watch = Task { try await follow() }
            state.withLock { $0.watch = watch }
            do {
                try await withTaskCancellationHandler(operation: { try await watch.value }, onCancel: { watch.cancel() })
            } catch is CancellationError {
                // Ends with everything, or begins anew because the registry answers again.
            } catch {
                guard !Task.isCancelled else { return }
                inbox.post(.lost(reason: ShippyError.reason(of: error)))
                if started.duration(to: .now) > .seconds(10) { outage.end() }
                outage.fail()
                // Fails only when cancelled, which the loop looks at.
                try? await Task.sleep(for: outage.pause)
            }
        }
    }

    private func follow() async throws {
        inbox.post(.loadBegun)
        let revision = try await registry.read(service: service) { [inbox] in inbox.post(.page($0)) }
        try Task.checkCancellation()
        inbox.post(.loaded(revision: revision))
        for try await update in registry.watch(service: service, after: revision) { inbox.post(update) }
        throw ShippyError(.unavailable, "the registry ended the watch")
    }

    /// Asks what is left of leases; without any, whether the registry answers at all.
    func ask(_ instances: [Instance]) async {
        do {
            let left = instances.isEmpty ? [:] : try await registry.timeLeft(of: instances)
            if instances.isEmpty { _ = try await registry.probe() }
            inbox.post(.timeLeft(left, asked: instances.map(\.key)))
            state.withLock { state in
                guard state.hasFailed else { return }
                state.hasFailed = false
                // What has changed meanwhile is read anew: the watch may have stopped in silence.
                state.watch?.cancel()
            }
        } catch {
            state.withLock { $0.hasFailed = true }
            inbox.post(.lost(reason: ShippyError.reason(of: error)))
            inbox.post(.timeLeft([:], asked: []))
        }
    }
}
