package import ShippyCore
import Synchronization

/// Whether this process can do its work: it has registered, is not shutting down, and its engines answer.
package final class Health: Sendable {
    package struct Report: Sendable {
        package var isReady: Bool
        /// A line for each thing looked at.
        package var text: String
    }

    private struct State {
        var isServing = false
        var last: (report: Report, at: ContinuousClock.Instant)?
    }

    private let engines: [(name: String, engine: any Engine)]
    private let state = Mutex(State())

    package init(engines: [(name: String, engine: any Engine)]) {
        self.engines = engines
    }

    /// Says whether requests are welcome: true once all is registered, false from the first moment of a shutdown.
    package func setServing(_ isServing: Bool) {
        state.withLock { state in
            state.isServing = isServing
            state.last = nil
        }
    }

    /// Asks every engine, at most once a second.
    package func check() async -> Report {
        if let last = state.withLock({ $0.last }), last.at.duration(to: .now) < .seconds(1) { return last.report }
        let isServing = state.withLock { $0.isServing }
        var lines = [isServing ? "ok serving" : "not serving"]
        var isReady = isServing
        for (name, engine) in engines {
            do {
                lines.append("ok \(name): \(try await engine.probe())")
            } catch {
                isReady = false
                lines.append("failed \(name): \(error)".visiblyEscaped(limit: 300))
            }
        }
        let report = Report(isReady: isReady, text: lines.joined(separator: "\n") + "\n")
        state.withLock { state in
            // A shutdown in between has the last word.
            if state.isServing == isServing { state.last = (report, .now) }
        }
        return report
    }
}
