import CoreMetrics
import Foundation
import ShippyCore
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

    @Test func eachMetricSaysWhatItIs() {
        let metrics = Prometheus()
        metrics.makeCounter(label: Metric.usersCreated.rawValue, dimensions: []).increment(by: 1)
        #expect(
            metrics.text.contains(
                "# HELP shippy_users_created_total Users created by this process.\n# TYPE shippy_users_created_total counter\nshippy_users_created_total 1\n"
            ))
        #expect(Metric.allCases.allSatisfy { !$0.help.isEmpty && !$0.help.contains("\n") })
    }

    @Test func theProcessTellsOfItself() throws {
        let metrics = Prometheus()
        let lines = metrics.text.split(separator: "\n")
        func value(_ name: String) throws -> Double {
            let line = try #require(lines.first { $0.hasPrefix("\(name) ") }, "\(name)")
            return try #require(Double(line.dropFirst(name.count + 1)))
        }
        #expect(try value("process_cpu_seconds_total") > 0)
        #expect(try value("process_open_fds") >= 3)
        #expect(try value("process_open_fds") < value("process_max_fds"))
        #expect(try value("process_resident_memory_bytes") > 1_000_000)
        #expect(try value("process_resident_memory_bytes") < value("process_virtual_memory_bytes"))
        let start = try value("process_start_time_seconds")
        #expect(start <= Date().timeIntervalSince1970 + 1 && start > Date().timeIntervalSince1970 - 86_400)
        #expect(metrics.text.contains("process_start_time_seconds \(start)\n"), "it stays the same")
    }

    @Test func noIncrementIsLost() async {
        let metrics = Prometheus()
        let counter = metrics.makeCounter(label: "c_total", dimensions: [])
        let gauge = metrics.makeMeter(label: "g", dimensions: [])
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<100_000 {
                        counter.increment(by: 1)
                        gauge.increment(by: 2)
                        gauge.decrement(by: 1)
                    }
                }
            }
        }
        #expect(metrics.text.contains("\nc_total 800000\n"))
        #expect(metrics.text.contains("\ng 800000.0\n"))
    }
}
