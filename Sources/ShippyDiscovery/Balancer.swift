package import ShippyCore
import Synchronization

/// Spreads calls over the live instances of a service, round robin. An instance that failed is left out until a backoff has
/// passed.
package final class Balancer: Sendable {
    private struct Failure {
        var count: Int
        var until: ContinuousClock.Instant
    }

    private struct State {
        /// Starts at random, so that commands that make a single call do not all call the same instance.
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
    ///   - isSafeToRepeat: whether a call that may have been carried out can be made again on another instance. If not, a call
    ///     that fails with `.unavailable` is the last.
    ///   - reach: checks quickly whether an instance answers at all, and throws `.unavailable` if it does not, or
    ///     ``NotCarriedOut`` if it may not be called. Called only if
    ///     there is more than one instance. Silent instances are called last, in case they are only slow.
    ///   - body: makes the call. It throws ``NotCarriedOut`` if the call did nothing; then the next instance is called in any
    ///     case.
    /// - Throws: `.unavailable` if no instance answers; any other error of the call immediately.
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
                } catch let error as NotCarriedOut {
                    fail(instance.key)
                    strangers.append(error.error.message)
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

    /// The next instance in turn that is not failing; if all are, the one whose backoff ends first.
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
