import Logging
import ShippyCore
import Synchronization

/// Tokens for programs that were used lately, so that not every call reads them from the store.
final class KnownTokens: Sendable {
    private struct Known {
        var token: APIToken
        var readAt: ContinuousClock.Instant
    }

    private struct State {
        var known: [String: Known] = [:]
        /// When tokens were used that is not recorded yet.
        var used: [String: Timestamp] = [:]
    }

    private static let limit = 10_000
    /// A token is read again after this time. Its revocation is known sooner: see ``RevocationList``.
    private static let freshness = Duration.seconds(60)
    private static let recordingInterval = Duration.seconds(5)

    private let store: any AccessStore
    private let state = Mutex(State())

    init(store: any AccessStore) {
        self.store = store
    }

    func read(_ id: String) async throws -> APIToken? {
        if let known = state.withLock({ $0.known[id] }), known.readAt.duration(to: .now) < Self.freshness { return known.token }
        let began = ContinuousClock.now
        // Unknown ones are not remembered: whoever makes them up would push out the others.
        guard let token = try await store.token(id: id) else { return nil }
        state.withLock { state in
            if state.known.count >= Self.limit, let any = state.known.keys.randomElement() { state.known[any] = nil }
            state.known[id] = Known(token: token, readAt: began)
        }
        return token
    }

    func noteUse(of id: String, at now: Timestamp) {
        state.withLock { $0.used[id] = now }
    }

    func recordUse(logger: Logger) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.recordingInterval)
            let used = state.withLock { state in
                defer { state.used = [:] }
                return state.used
            }
            guard !used.isEmpty else { continue }
            do {
                // Also while the task is being cancelled.
                try await Task { [store] in try await store.markTokensUsed(used) }.value
            } catch {
                logger.warning("cannot record when tokens were used", metadata: [LogKey.error: "\(error)"])
            }
        }
    }
}
