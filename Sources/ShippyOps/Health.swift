package import ShippyCore
import Synchronization

/// Whether this process can do its work: it has registered, is not shutting down, its engines answer, and
/// took what was last written to them.
package final class Health: Sendable {
    package struct Report: Sendable {
        package var isReady: Bool
        /// A line for each thing looked at.
        package var text: String
        /// What is wrong with engines, a line for each.
        package var failures: [String]
    }

    private struct State {
        var isServing = false
        var last: (report: Report, at: ContinuousClock.Instant)?
        /// Probes that are under way, by the place of their engine: one that hangs is not asked again and again.
        var probes: [Int: Task<String, any Error>] = [:]
        /// Trials that are under way, in the same way, and when each engine was last tried.
        var trials: [Int: Task<Void, any Error>] = [:]
        var triedAt: [Int: ContinuousClock.Instant] = [:]
    }

    /// How long a check waits for a trial that it has begun. One that takes longer tells the next check.
    private static let trialWait = Duration.seconds(1)
    /// Trials of one engine begin at least this far apart.
    private static let trialPause = Duration.seconds(2)

    private let engines: [(name: String, engine: any Engine, lastWrites: [LastWrite])]
    private let patience: Duration
    private let state = Mutex(State())

    /// - Parameters:
    ///   - engines: with each the writes of all that write to it. Where one of them cannot, another may still find room for
    ///     what it writes, which is no reason to call the engine ready.
    ///   - patience: how long each engine has to answer.
    package init(engines: [(name: String, engine: any Engine, lastWrites: [LastWrite])], patience: Duration = .seconds(5)) {
        self.engines = engines
        self.patience = patience
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
            // A shutdown in between has the last word.
            if state.isServing == isServing { state.last = (report, .now) }
        }
        return report
    }

    /// Asks all of them at once, and gives their answers in their order.
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

    /// Finds out whether an engine still refuses what it has refused: nobody sends requests to a process that is not ready, so no
    /// real write would tell.
    private func tryAgain(_ place: Int) async {
        let failed = engines[place].lastWrites.filter { $0.failure != nil }
        guard !failed.isEmpty, let trial = trial(place, failed) else { return }
        // What comes of it is in `lastWrites`, also when it comes later.
        try? await trial.value(within: Self.trialWait, orElse: CancellationError())
    }

    /// - Returns: the trial that is under way; nil when it is too early for another one.
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
