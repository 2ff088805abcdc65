import ShippyConfiguration
import ShippyCore

/// Events that wait for longer than they should, and those that were given up.
struct QueueChecks: Sendable {
    private static let longWait = 60.0
    /// Between two looks at a consumer that is behind.
    private static let pause = Duration.seconds(2)

    private let context: CommandContext
    private let report: StatusReport

    /// - Parameter first: the first of two looks.
    init(_ context: CommandContext, first: StatusReport) {
        self.context = context
        report = first
    }

    func findings() async -> [Finding] {
        var findings: [Finding] = []
        if let outbox = report.outbox { findings += Self.outbox(outbox) }
        if let bus = report.bus {
            if bus.deadLetters > 0 {
                findings.append(
                    .warning(
                        .queues, "\(bus.deadLetters) \(bus.deadLetters == 1 ? "event is" : "events are") among the dead letters",
                        advice: "look with `shippy events dead list`; replay or drop them"))
            }
            findings += await lags(bus)
        }
        if findings.isEmpty, report.outbox != nil || report.bus != nil { return [.ok(.queues, "no event waits, and none was given up")] }
        return findings
    }

    static func outbox(_ outbox: OutboxStatus) -> [Finding] {
        var findings: [Finding] = []
        if outbox.oldestAge > longWait {
            findings.append(
                .fault(
                    .queues, "\(outbox.pending) events wait for the bus, the oldest for \(RelativeTime.length(.seconds(outbox.oldestAge)))",
                    advice: "see whether the bus answers and a users service runs (`shippy status`)"))
        }
        if outbox.setAside > 0 {
            findings.append(
                .fault(
                    .queues, "\(outbox.setAside) events were set aside, because they are too large for the bus",
                    advice: "raise max_payload of nats-server"))
        }
        return findings
    }

    /// Consumers that are behind and do not catch up.
    private func lags(_ first: BusStatus) async -> [Finding] {
        guard first.consumers.contains(where: { $0.lag > 0 }) else { return [] }
        try? await Task.sleep(for: Self.pause)
        guard let second = try? await context.withBus({ try await $0.status() }) else { return [] }
        return Self.stuck(first.consumers, second.consumers)
    }

    static func stuck(_ first: [BusStatus.Consumer], _ second: [BusStatus.Consumer]) -> [Finding] {
        first.compactMap { before in
            guard before.lag > 0, let after = second.first(where: { $0.name == before.name }), after.lag >= before.lag else { return nil }
            return .fault(
                .queues, "the consumer \(before.name) is \(after.lag) events behind and does not catch up",
                advice: "see whether a notificator runs, and what its log says")
        }
    }
}
