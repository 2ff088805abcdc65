import ShippyCore
import ShippyTUI
import Synchronization

/// Sends the registry's content to the panel, and reports when it is unreachable.
final class RegistryFollower: Sendable {
    private let registry: any ServiceRegistry
    private let service: String?
    private let inbox: PanelInbox

    private struct State {
        var watch: Task<Void, any Error>?
        /// Whether a query has failed. A watch does not end when the registry is stopped or cut off, but queries fail.
        var hasFailed = false
    }

    private let state = Mutex(State())

    init(_ registry: any ServiceRegistry, service: String?, inbox: PanelInbox) {
        self.registry = registry
        self.service = service
        self.inbox = inbox
    }

    /// Follows the registry until cancelled, even while it is away.
    func run() async {
        var outage = Outage(base: .milliseconds(200), cap: .seconds(5))
        while !Task.isCancelled {
            let started = ContinuousClock.now
            let watch = Task { try await follow() }
            state.withLock { $0.watch = watch }
            do {
                try await withTaskCancellationHandler(operation: { try await watch.value }, onCancel: { watch.cancel() })
            } catch is CancellationError {
                // Ends when cancelled, or starts over because the registry answers again.
            } catch {
                guard !Task.isCancelled else { return }
                inbox.post(.lost(reason: ShippyError.reason(of: error)))
                if started.duration(to: .now) > .seconds(10) { outage.end() }
                outage.fail()
                // Throws only when cancelled, which ends the loop.
                try? await Task.sleep(for: outage.pause)
            }
        }
    }

    private func follow() async throws {
        inbox.post(.loadBegun)
        let revision = try await registry.read(service: service) { [inbox] in inbox.post(.page($0)) }
        try Task.checkCancellation()
        inbox.post(.loaded(revision: revision))
        let trimming = Task {
            // By then the panel has taken what was read.
            try await Task.sleep(for: .seconds(1))
            AllocatorArenas.trim()
        }
        defer { trimming.cancel() }
        for try await update in registry.watch(service: service, after: revision) { inbox.post(update) }
        throw ShippyError(.unavailable, "the registry ended the watch")
    }

    /// Queries the time left on leases; without instances, checks that the registry answers.
    func ask(_ instances: [Instance]) async {
        do {
            let left = instances.isEmpty ? [:] : try await registry.timeLeft(of: instances)
            if instances.isEmpty { _ = try await registry.probe() }
            inbox.post(.timeLeft(left, asked: instances.map(\.key)))
            state.withLock { state in
                guard state.hasFailed else { return }
                state.hasFailed = false
                // Reads everything again: the watch may have stopped silently.
                state.watch?.cancel()
            }
        } catch {
            state.withLock { $0.hasFailed = true }
            inbox.post(.lost(reason: ShippyError.reason(of: error)))
            inbox.post(.timeLeft([:], asked: []))
        }
    }
}
