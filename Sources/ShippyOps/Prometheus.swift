package import CoreMetrics
import ShippyCore
import Synchronization

/// Collects swift-metrics in memory and writes them in the Prometheus text format 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/).
package final class Prometheus: MetricsFactory {
    private struct Key: Hashable {
        var name: String
        var labels: String
    }

    private let counters = Mutex<[Key: CounterValue]>([:])
    private let gauges = Mutex<[Key: GaugeValue]>([:])
    private let histograms = Mutex<[Key: HistogramValue]>([:])

    package init() {}

    /// All metrics, including those of the process, ordered by name.
    package var text: String {
        var families = ProcessMetrics.families
        families += Self.families(.counter, counters.withLock { $0 }) { [.init(value: "\($0.value)")] }
        families += Self.families(.gauge, gauges.withLock { $0 }) { [.init(value: "\($0.value)")] }
        families += Self.families(.histogram, histograms.withLock { $0 }) { $0.samples }
        return families.sorted { $0.name < $1.name }.flatMap(\.lines).map { $0 + "\n" }.joined()
    }

    private static func families<Value>(
        _ kind: MetricFamily.Kind, _ values: [Key: Value], _ samples: (Value) -> [MetricFamily.Sample]
    ) -> [MetricFamily] {
        Dictionary(grouping: values, by: \.key.name).map { name, group in
            MetricFamily(
                name: name, kind: kind, help: Metric(rawValue: name)?.help,
                samples: group.sorted { $0.key.labels < $1.key.labels }.flatMap { key, value in
                    samples(value).map { sample in
                        var sample = sample
                        sample.labels = [key.labels, sample.labels].filter { !$0.isEmpty }.joined(separator: ",")
                        return sample
                    }
                })
        }
    }

    private func key(_ name: String, _ dimensions: [(String, String)]) -> Key {
        let labels = dimensions.map { name, value in
            let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            return "\(name)=\"\(escaped)\""
        }
        return Key(name: name, labels: labels.joined(separator: ","))
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let key = key(label, dimensions)
        return counters.withLock { values in
            if let value = values[key] { return value }
            let value = CounterValue()
            values[key] = value
            return value
        }
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        if aggregate { return histogram(key(label, dimensions)) }
        let key = key(label, dimensions)
        return gauges.withLock { values in
            if let value = values[key] { return value }
            let value = GaugeValue()
            values[key] = value
            return value
        }
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        makeRecorder(label: label, dimensions: dimensions, aggregate: false) as! GaugeValue
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(key(label, dimensions))
    }

    private func histogram(_ key: Key) -> HistogramValue {
        histograms.withLock { values in
            if let value = values[key] { return value }
            let value = HistogramValue()
            values[key] = value
            return value
        }
    }

    // Metrics live as long as the process: their names and labels are a small, fixed set.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}
}

private final class CounterValue: CounterHandler {
    private let total = Atomic<Int64>(0)

    var value: Int64 { total.load(ordering: .relaxed) }

    func increment(by amount: Int64) { total.wrappingAdd(amount, ordering: .relaxed) }
    func reset() { total.store(0, ordering: .relaxed) }
}

private final class GaugeValue: RecorderHandler, MeterHandler {
    private let current = Mutex(0.0)

    var value: Double { current.withLock { $0 } }

    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { current.withLock { $0 = value } }
    func increment(by amount: Double) { current.withLock { $0 += amount } }
    func decrement(by amount: Double) { current.withLock { $0 -= amount } }
}

private final class HistogramValue: TimerHandler, RecorderHandler {
    /// Upper bounds of the buckets in seconds, for durations from a commit to a wait for bcrypt.
    static let bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

    private struct State {
        var buckets = [Int64](repeating: 0, count: HistogramValue.bounds.count + 1)
        var sum = 0.0
        var count: Int64 = 0
    }

    private let state = Mutex(State())

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) {
        let bucket = Self.bounds.firstIndex { value <= $0 } ?? Self.bounds.count
        state.withLock { state in
            state.buckets[bucket] += 1
            state.sum += value
            state.count += 1
        }
    }

    var samples: [MetricFamily.Sample] {
        let state = state.withLock { $0 }
        var samples: [MetricFamily.Sample] = []
        var cumulative: Int64 = 0
        for (bound, count) in zip(Self.bounds, state.buckets) {
            cumulative += count
            samples.append(.init(suffix: "_bucket", labels: "le=\"\(bound)\"", value: "\(cumulative)"))
        }
        return samples + [
            .init(suffix: "_bucket", labels: "le=\"+Inf\"", value: "\(state.count)"), .init(suffix: "_sum", value: "\(state.sum)"),
            .init(suffix: "_count", value: "\(state.count)"),
        ]
    }
}
