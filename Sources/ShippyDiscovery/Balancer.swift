package import ShippyCore
import Synchronization

/// Spreads calls over the living instances of a service, round robin, and leaves out one that failed until it had time to
/// come back.
package final class Balancer: Sendable {
    private struct Failure {
        var count: Int
        var until: ContinuousClock.Instant
    }

    private struct State {
        /// Random at first: commands that make one call each must not all make it to the same instance.
        var turn = Int.random(in: 0..<1 << 20)
        var failures: [Instance.Key: Failure] = [:]
    }

    private let discovery: Discovery
    private let service: String
    private let state = Mutex(State())
    private let pause = Backoff(base: .milliseconds(500), cap: .seconds(30))

    package init(discovery: Discovery, service: String) {
        self.discovery = discovery
        self.service = service
    }

    /// Calls one instance after another until one answers; each is called at most once.
    ///
    /// - Parameters:
    ///   - isSafeToRepeat: whether a call that may have been carried out can be made again elsewhere. If not, only
    ///     an instance that `reach` finds silent is passed over.
    ///   - reach: finds out within a short time whether an instance answers at all, by throwing `.unavailable`. It is asked
    ///     only where there is another instance to go to; the silent ones are called last, in case they are only slow.
    ///   - body: makes the call. It throws ``NotCarriedOut`` where that did nothing, and the next instance is called in any case.
    /// - Throws: `.unavailable` when no instance answers; any other error of the call at once.
    package func call<Value>(
        isSafeToRepeat: Bool, reach: ((Instance) async throws -> Void)? = nil, _ body: (Instance) async throws -> Value
    ) async throws -> Value {
        var tried: Set<Instance.Key> = []
        var silent: [Instance] = []
        var last: (any Error)?
        var strangers: [String] = []
        while let instance = next(excluding: tried) ?? silent.popFirst() {
            let isNew = tried.insert(instance.key).inserted
            if isNew, let reach, discovery.instances.count > 1 {
                do {
                    try await reach(instance)
                } catch let error as ShippyError where error.code == .unavailable {
                    fail(instance.key)
                    silent.append(instance)
                    continue
                }
            }
            do {
                let value = try await body(instance)
                state.withLock { $0.failures[instance.key] = nil }
                return value
            } catch let error as NotCarriedOut {
                fail(instance.key)
                strangers.append(error.error.message)
            } catch let error as ShippyError where error.code == .unavailable {
                fail(instance.key)
                last = error
                if !isSafeToRepeat { break }
            }
        }
        if !strangers.isEmpty {
            let reasons = strangers + [last].compactMap { $0 }.map(ShippyError.reason)
            throw ShippyError(.unavailable, reasons.joined(separator: "; "))
        }
        throw last ?? ShippyError(.unavailable, "no instance of \(service) is registered: start one with `shippy up` or `shippy serve \(service)`")
    }

    /// The next instance in turn that is not failing; if all are, the one that may be back soonest.
    private func next(excluding tried: Set<Instance.Key>) -> Instance? {
        let candidates = discovery.instances.filter { !tried.contains($0.key) }
        guard !candidates.isEmpty else { return nil }
        let now = ContinuousClock.now
        return state.withLock { state in
            let failures = state.failures
            let working = candidates.filter { failures[$0.key].map { $0.until <= now } ?? true }
            guard !working.isEmpty else { return candidates.min { failures[$0.key]!.until < failures[$1.key]!.until } }
            state.turn += 1
            return working[state.turn % working.count]
        }
    }

    private func fail(_ key: Instance.Key) {
        state.withLock { state in
            let count = (state.failures[key]?.count ?? 0) + 1
            state.failures[key] = Failure(count: count, until: .now + pause.delay(attempt: count))
        }
    }
}

extension [Instance] {
    fileprivate mutating func popFirst() -> Instance? { isEmpty ? nil : removeFirst() }
}
