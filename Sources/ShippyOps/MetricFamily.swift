/// The samples of one name, as the Prometheus text format 0.0.4 groups them.
struct MetricFamily {
    enum Kind: String {
        case counter, gauge, histogram
    }

    struct Sample {
        /// What follows the family's name: `_bucket`, `_sum`, `_count`.
        var suffix = ""
        /// Written out: `a="b",c="d"`.
        var labels = ""
        var value: String
    }

    var name: String
    var kind: Kind
    /// Nil where nobody knows what it is.
    var help: String?
    var samples: [Sample]

    var lines: [String] {
        (help.map { ["# HELP \(name) \($0)"] } ?? []) + ["# TYPE \(name) \(kind.rawValue)"]
            + samples.map { "\(name)\($0.suffix)\($0.labels.isEmpty ? "" : "{\($0.labels)}") \($0.value)" }
    }
}
