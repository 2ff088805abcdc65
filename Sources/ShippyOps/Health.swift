package import ShippyCore
import Synchronization

/// Whether this process is ready: it has registered and is not shutting down, its engines answer, and the last writes to them
/// succeeded.
package final class Health: Sendable {
    package struct Report: Sendable {
        package var isReady: Bool
        /// One line per check.
        package var text: String
        /// The failures of engines, one line each.
        package var failures: [String]
    }

    private struct State {
        var isServing = false
        var last: (report: Report, at: ContinuousClock.Instant)?
        /// Running probes, by the engine's index. While a probe hangs, its engine is not probed again.
        var probes: [Int: Task<String, any Error>] = [:]
        /// Running trial writes, by the engine's index, and the time of each engine's last trial.
        var trials: [Int: Task<Void, any Error>] = [:]
        var triedAt: [Int: ContinuousClock.Instant] = [:]
    }

    /// How long a check waits for a trial write. The result of a longer one is seen by the next check.
    private static let trialWait = Duration.seconds(1)
    /// The least time between the beginnings of two trials of an engine.
    private static let trialPause = Duration.seconds(2)

    private let engines: [(name: String, engine: any Engine, lastWrites: [LastWrite])]
    private let patience: Duration
    private let state = Mutex(State())

    /// - Parameters:
    ///   - engines: each engine, with the last writes of all its writers. The engine is not ready if any of these failed: on a
    ///     nearly full disk, small writes may still succeed.
    ///   - patience: the most time for each engine's answer.
    package init(engines: [(name: String, engine: any Engine, lastWrites: [LastWrite])], patience: Duration = .seconds(5)) {
        self.engines = engines
        self.patience = patience
    }

    /// Sets whether this process accepts requests: true once everything is registered, false from the beginning of a shutdown.
    package func setServing(_ isServing: Bool) {
        state.withLock { state in
            state.isServing = isServing
            state.last = nil
        }
    }

    /// Checks every engine, at most once a second; in between, returns the last report.
    package func check() async -> Report {
        if let last = state.withLock({ $0.last }), last.at.duration(to: .now) < .seconds(1) { return last.report }
        let isServing = state.withLock { $0.isServing }
        var lines = [isServing ? "ok serving" : "not serving"]
        var failures: [String] = []
        func fail(_ name: String, _ reason: String) {
            failures.append("\(name): \(reason)".visiblyEscaped(limit: 300))
            lines.append("failed \(failures.last!)")
        }
        for (place, answer) in await askEngines().enumerated() {
            let (name, _, lastWrites) = engines[place]
            do {
                let version = try answer.get()
                await tryAgain(place)
                if let failure = lastWrites.lazy.compactMap(\.failure).first {
                    fail(name, "\(version), but the last write failed: \(failure)")
                } else {
                    lines.append("ok \(name): \(version)")
                }
            } catch {
                fail(name, "\(error)")
            }
        }
        let report = Report(isReady: isServing && failures.isEmpty, text: lines.joined(separator: "\n") + "\n", failures: failures)
        state.withLock { state in
            // Not kept if a shutdown began meanwhile.
            if state.isServing == isServing { state.last = (report, .now) }
        }
        return report
    }

    /// Probes all engines concurrently. Results have the order of `engines`.
    private func askEngines() async -> [Result<String, any Error>] {
        await withTaskGroup(of: (Int, Result<String, any Error>).self) { group in
            for place in engines.indices {
                group.addTask { [self] in
                    do {
                        let error = ShippyError(.unavailable, "no answer within \(patience)")
                        return (place, .success(try await probe(place).value(within: patience, orElse: error)))
                    } catch {
                        return (place, .failure(error))
                    }
                }
            }
            let answers = await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            return engines.indices.map { answers[$0]! }
        }
    }

    private func probe(_ place: Int) -> Task<String, any Error> {
        state.withLock { state in
            if let running = state.probes[place] { return running }
            let probe = Task { [self] in
                defer { self.state.withLock { $0.probes[place] = nil } }
                return try await engines[place].engine.probe()
            }
            state.probes[place] = probe
            return probe
        }
    }

    /// Tries a write on an engine if its last write failed. A process that is not ready gets no requests, so no real write would
    /// show that the engine works again.
    private func tryAgain(_ place: Int) async {
        let failed = engines[place].lastWrites.filter { $0.failure != nil }
        guard !failed.isEmpty, let trial = trial(place, failed) else { return }
        // The result is in `lastWrites`, even if it comes later.
        try? await trial.value(within: Self.trialWait, orElse: CancellationError())
    }

    /// - Returns: the running trial; nil if it is too early for another one.
    private func trial(_ place: Int, _ failed: [LastWrite]) -> Task<Void, any Error>? {
        state.withLock { state in
            if let running = state.trials[place] { return running }
            if let begin = state.triedAt[place], begin.duration(to: .now) < Self.trialPause { return nil }
            state.triedAt[place] = .now
            let trial = Task<Void, any Error> { [self] in
                defer { self.state.withLock { $0.trials[place] = nil } }
                let begins = failed.map(\.instant)
                do {
                    guard try await engines[place].engine.tryWriting() else { return }
                    for (write, begin) in zip(failed, begins) { write.forgive(before: begin) }
                } catch {
                    for write in failed { write.noteFailure(error) }
                }
            }
            state.trials[place] = trial
            return trial
        }
    }
}
