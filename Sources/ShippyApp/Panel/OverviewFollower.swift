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
            group.addTask {
                var ends: [String: Timestamp] = [:]
                await repeating(.store) { try await askStore(version: &$0, ends: &ends) }
            }
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

    /// - Parameter ends: when the dead mails that are known had their last attempts, so that each is looked for once.
    private func askStore(version known: inout String?, ends: inout [String: Timestamp]) async throws {
        let store = try engines.store()
        // Asked once, because it writes.
        let version = if let known { known } else { try await store.probe() }
        known = version
        let dead = try await store.mails(state: .dead, before: nil, limit: Self.deadLimit)
        var problems: [Overview.Problem] = []
        for mail in dead {
            let attempt = "\(mail.id) \(mail.attempts)"
            if ends[attempt] == nil { ends[attempt] = try await store.attempts(of: mail.id).last?.facts?.endedAt ?? mail.createdAt }
            problems.append(Overview.Problem(at: ends[attempt]!, text: "mail to \(mail.to) was given up: \(mail.lastReply)"))
        }
        ends = ends.filter { known in dead.contains { known.key == "\($0.id) \($0.attempts)" } }
        let outbox = try await store.outbox?.outboxStatus() ?? .empty
        inbox.post(
            .overview(
                .store(
                    version: version, users: try await store.userCount(), mails: try await store.mailCounts(), outbox: outbox,
                    dead: problems)))
    }

    private func askBus(version known: inout String?) async throws {
        let bus = try engines.bus()
        let version = if let known { known } else { try await bus.probe() }
        known = version
        let status = try await bus.status()
        let letters = status.deadLetters == 0 ? [] : try await bus.deadLetters(after: 0, limit: Self.deadLimit)
        let problems = letters.map { letter -> Overview.Problem in
            let event = letter.originalSequence.map(String.init) ?? letter.originalID
            let text = "event \(event) was given up by \(letter.group), dead letter \(letter.sequence): \(letter.reason)"
            return Overview.Problem(at: letter.event.time, text: text)
        }
        inbox.post(.overview(.bus(version: version, status, dead: problems)))
    }
}
