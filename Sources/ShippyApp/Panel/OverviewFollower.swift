import ShippyCore
import ShippyTUI

/// Sends the figures of store and bus to the panel, once a second or, if that takes long, less often.
struct OverviewFollower: Sendable {
    private static let interval = Duration.seconds(1)
    /// The part of the time that may be spent on asking.
    private static let share = 0.02
    /// Given-up mails that are shown with their replies.
    private static let deadLimit = 20

    let inbox: PanelInbox
    let engines: PanelEngines

    /// Runs until cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await repeating(.store) { try await askStore(version: &$0) } }
            group.addTask { await repeating(.bus) { try await askBus(version: &$0) } }
        }
    }

    private func repeating(_ engine: OverviewEngine, _ ask: (inout String?) async throws -> Void) async {
        var version: String?
        while !Task.isCancelled {
            let started = ContinuousClock.now
            do {
                try await ask(&version)
            } catch {
                guard !Task.isCancelled else { return }
                version = nil
                inbox.post(.overview(.away(engine, reason: ShippyError.reason(of: error))))
            }
            // Throws only when cancelled, which ends the loop.
            try? await Task.sleep(for: max(Self.interval, started.duration(to: .now) / Self.share))
        }
    }

    private func askStore(version known: inout String?) async throws {
        let store = try engines.store()
        // Asked once, because it writes.
        let version = if let known { known } else { try await store.probe() }
        known = version
        let outbox = try await store.outbox?.outboxStatus() ?? .empty
        inbox.post(
            .overview(
                .store(
                    version: version, users: try await store.userCount(), mails: try await store.mailCounts(), outbox: outbox,
                    dead: try await store.mails(state: .dead, before: nil, limit: Self.deadLimit))))
    }

    private func askBus(version known: inout String?) async throws {
        let bus = try engines.bus()
        let version = if let known { known } else { try await bus.probe() }
        known = version
        inbox.post(.overview(.bus(version: version, try await bus.status())))
    }
}
