import Metrics
import Synchronization

/// Counts and times the requests of one service, by method and status.
package final class RequestMetrics: Sendable {
    private struct Key: Hashable {
        var method: String
        var status: Int
    }

    private let service: String
    private let `protocol`: String
    /// Kept, because looking a timer up by its labels costs more than recording.
    private let timers = Mutex<[Key: Metrics.Timer]>([:])

    package init(service: String, protocol: String) {
        self.service = service
        self.protocol = `protocol`
    }

    /// - Parameters:
    ///   - method: one of a small set of names; never a part of a path that a client chooses.
    ///   - status: the HTTP status, or the gRPC code.
    package func record(method: String, status: Int, since start: ContinuousClock.Instant) {
        let timer = timers.withLock { timers in
            let key = Key(method: method, status: status)
            if let timer = timers[key] { return timer }
            let timer = Metrics.Timer(
                label: Metric.requests,
                dimensions: [("service", service), ("protocol", `protocol`), ("method", method), ("status", "\(status)")])
            timers[key] = timer
            return timer
        }
        timer.recordNanoseconds(start.duration(to: .now).nanoseconds)
    }
}
