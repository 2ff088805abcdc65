import Metrics
import ShippyCore

/// The gauges that are worth a query only when somebody asks for metrics.
struct Gauges: Sendable {
    let engines: Engines

    func collect() async {
        // An engine that is away leaves its gauges as they were: readiness is what says so.
        if let outbox = try? await engines.store.outbox?.outboxStatus() ?? .empty {
            Gauge(label: Metric.outboxPending).record(outbox.pending)
            Gauge(label: Metric.outboxOldestAge).record(outbox.oldestAge)
            Gauge(label: Metric.outboxSetAside).record(outbox.setAside)
        }
        if let counts = try? await engines.store.mailCounts() {
            for state in Mail.State.allCases {
                Gauge(label: Metric.mails, dimensions: [("state", state.rawValue)]).record(counts[state] ?? 0)
            }
        }
        if let bus = try? await engines.bus.status() {
            Gauge(label: Metric.deadLetters).record(bus.deadLetters)
            for consumer in bus.consumers {
                Gauge(label: Metric.consumerLag, dimensions: [("consumer", consumer.name)]).record(consumer.lag)
            }
        }
        if let snapshot = try? await engines.registry.snapshot(service: nil) {
            let counts = Dictionary(grouping: snapshot.instances, by: \.service)
            for role in Role.allCases {
                Gauge(label: Metric.registryInstances, dimensions: [("service", role.rawValue)]).record(counts[role.rawValue]?.count ?? 0)
            }
        }
    }
}
