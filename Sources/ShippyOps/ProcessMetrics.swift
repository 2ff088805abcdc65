import Foundation

/// The process metrics of Prometheus's own client libraries, read from `/proc`.
enum ProcessMetrics {
    /// Metrics that cannot be read are left out.
    static var families: [MetricFamily] {
        let status = Status()
        var families: [MetricFamily] = []
        func add(_ name: String, _ kind: MetricFamily.Kind, _ help: String, _ value: Double?) {
            guard let value else { return }
            families.append(MetricFamily(name: name, kind: kind, help: help, samples: [.init(value: "\(value)")]))
        }
        add("process_cpu_seconds_total", .counter, "User and system CPU time spent, in seconds.", status?.cpuSeconds)
        add("process_max_fds", .gauge, "Maximum number of open file descriptors.", descriptorLimit)
        add("process_open_fds", .gauge, "Number of open file descriptors.", openDescriptors)
        add("process_resident_memory_bytes", .gauge, "Resident memory size in bytes.", status?.residentBytes)
        add("process_start_time_seconds", .gauge, "Start time of the process, in seconds since 1970.", startTime)
        add("process_threads", .gauge, "Number of threads.", status?.threads)
        add("process_virtual_memory_bytes", .gauge, "Virtual memory size in bytes.", status?.virtualBytes)
        return families
    }

    /// Computed once, because any change would look like a restart.
    private static let startTime = Status().map { Date().timeIntervalSince1970 - $0.age }

    private static var openDescriptors: Double? {
        // Not counting the descriptor that reads the directory.
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map { Double(max(0, $0.count - 1)) }
    }

    private static var descriptorLimit: Double? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return Double(limit.rlim_cur)
    }

    /// `/proc/self/stat`, see proc(5).
    private struct Status {
        var age, cpuSeconds, residentBytes, threads, virtualBytes: Double

        init?() {
            guard let text = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8), let name = text.lastIndex(of: ")"),
                let uptime = try? String(contentsOfFile: "/proc/uptime", encoding: .utf8).split(separator: " ").first.flatMap({ Double($0) })
            else { return nil }
            // The process name may contain spaces. The text after it begins with field 3.
            let fields = text[text.index(after: name)...].split(separator: " ")
            func field(_ number: Int) -> Double? { fields.indices.contains(number - 3) ? Double(fields[number - 3]) : nil }
            guard let user = field(14), let system = field(15), let threads = field(20), let start = field(22), let virtual = field(23),
                let pages = field(24)
            else { return nil }
            let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
            cpuSeconds = (user + system) / ticks
            residentBytes = pages * Double(sysconf(Int32(_SC_PAGESIZE)))
            age = uptime - start / ticks
            self.threads = threads
            virtualBytes = virtual
        }
    }
}
