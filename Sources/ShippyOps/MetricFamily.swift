/// The samples of one metric name, grouped as in the Prometheus text format 0.0.4.
struct MetricFamily {
    enum Kind: String {
        case counter, gauge, histogram
    }

    struct Sample {
        /// Appended to the family's name: `_bucket`, `_sum`, `_count`.
        var suffix = ""
        /// In text form: `a="b",c="d"`.
        var labels = ""
        var value: String
    }

    var name: String
    var kind: Kind
    /// Nil for a metric without a description.
    var help: String?
    var samples: [Sample]

    var lines: [String] {
        (help.map { ["# HELP \(name) \($0)"] } ?? []) + ["# TYPE \(name) \(kind.rawValue)"]
            + samples.map { "\(name)\($0.suffix)\($0.labels.isEmpty ? "" : "{\($0.labels)}") \($0.value)" }
    }
}
