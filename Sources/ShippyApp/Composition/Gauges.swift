import Foundation
import Metrics
import ShippyCore
import ShippyTLS

/// Gauges that need a query, which runs only when metrics are requested.
struct Gauges: Sendable {
    let engines: Engines
    let tls: ServerTLS?

    func collect() async {
        Gauge(.buildInfo, [("version", Version.number), ("commit", Version.commit)]).record(1)
        for end in tls?.ends ?? [] {
            Gauge(.certificateExpiry, [("setting", end.setting)]).record(end.notAfter.date.timeIntervalSince1970)
        }
        // While an engine is away its gauges stay as they were; readiness reports it.
        if let outbox = try? await engines.store.outbox?.outboxStatus() ?? .empty {
            Gauge(.outboxPending).record(outbox.pending)
            Gauge(.outboxOldestAge).record(outbox.oldestAge)
            Gauge(.outboxSetAside).record(outbox.setAside)
        }
        if let counts = try? await engines.store.mailCounts() {
            for state in Mail.State.allCases {
                Gauge(.mails, [("state", state.rawValue)]).record(counts[state] ?? 0)
            }
        }
        if let bus = try? await engines.bus.status() {
            Gauge(.deadLetters).record(bus.deadLetters)
            for consumer in bus.consumers {
                Gauge(.consumerLag, [("consumer", consumer.name)]).record(consumer.lag)
            }
        }
        if let snapshot = try? await engines.registry.snapshot(service: nil) {
            let counts = Dictionary(grouping: snapshot.instances, by: \.service)
            for role in Role.allCases {
                Gauge(.registryInstances, [("service", role.rawValue)]).record(counts[role.rawValue]?.count ?? 0)
            }
        }
    }
}
