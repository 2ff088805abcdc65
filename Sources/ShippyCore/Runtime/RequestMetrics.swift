import Metrics
import Synchronization

/// Counts and times the requests of one service, by method and status.
package final class RequestMetrics: Sendable {
    private struct Key: Hashable {
        var method: String
        var status: Int
    }

    private let metric: Metric
    private let dimensions: @Sendable (_ method: String, _ status: Int) -> [(String, String)]
    /// Cached, because looking up a timer by its labels costs more than recording.
    private let timers = Mutex<[Key: Metrics.Timer]>([:])

    /// - Parameter dimensions: the labels of the metric.
    package init(_ metric: Metric, dimensions: @escaping @Sendable (_ method: String, _ status: Int) -> [(String, String)]) {
        self.metric = metric
        self.dimensions = dimensions
    }

    /// - Parameters:
    ///   - method: from a small set of names, never part of a path that a client chooses.
    ///   - status: the HTTP status or gRPC code.
    package func record(method: String, status: Int, since start: ContinuousClock.Instant) {
        let timer = timers.withLock { timers in
            let key = Key(method: method, status: status)
            if let timer = timers[key] { return timer }
            let timer = Metrics.Timer(metric, dimensions(method, status))
            timers[key] = timer
            return timer
        }
        timer.recordNanoseconds(start.duration(to: .now).nanoseconds)
    }
}
