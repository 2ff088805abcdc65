import CoreMetrics
import ShippyOps
import Testing

@Suite struct PrometheusTests {
    @Test func writesTheTextFormat() {
        let metrics = Prometheus()
        metrics.makeCounter(label: "c_total", dimensions: [("a", "x\"y\n")]).increment(by: 3)
        metrics.makeRecorder(label: "g", dimensions: [], aggregate: false).record(2.5)
        let timer = metrics.makeTimer(label: "t_seconds", dimensions: [("m", "POST")])
        timer.recordNanoseconds(2_000_000)
        timer.recordNanoseconds(40_000_000_000)
        let lines = metrics.text.split(separator: "\n")
        #expect(lines.contains("# TYPE c_total counter"))
        #expect(lines.contains(#"c_total{a="x\"y\n"} 3"#))
        #expect(lines.contains("g 2.5"))
        #expect(lines.contains(#"t_seconds_bucket{m="POST",le="0.001"} 0"#))
        #expect(lines.contains(#"t_seconds_bucket{m="POST",le="0.0025"} 1"#))
        #expect(lines.contains(#"t_seconds_bucket{m="POST",le="30.0"} 1"#))
        #expect(lines.contains(#"t_seconds_bucket{m="POST",le="+Inf"} 2"#))
        #expect(lines.contains(#"t_seconds_count{m="POST"} 2"#))
        #expect(lines.contains(#"t_seconds_sum{m="POST"} 40.002"#))
    }

    @Test func theSameLabelsAreTheSameMetric() {
        let metrics = Prometheus()
        for _ in 0..<5 { metrics.makeCounter(label: "c_total", dimensions: [("a", "b")]).increment(by: 1) }
        #expect(metrics.text.contains("c_total{a=\"b\"} 5\n"))
    }
}
