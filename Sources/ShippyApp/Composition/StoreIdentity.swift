import Logging
import ShippyCore
import Synchronization

/// The identity of a process's store, which clients compare with their own.
///
/// It is read repeatedly, because the store may be away when the process starts, and may be replaced by another database later.
final class StoreIdentity: Sendable {
    private static let interval = Duration.seconds(30)

    private let store: any Store
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        var identity: String?
        var outage = Outage(base: .milliseconds(500), cap: .seconds(5))
    }

    init(of store: any Store, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// The identity as last read; nil until the store has answered once.
    var value: String? { state.withLock { $0.identity } }

    /// Reads the identity. While the store is away, the last one stays.
    func ask() async {
        do {
            let identity = try await store.identity()
            let before = state.withLock { state in
                defer { state.identity = identity }
                state.outage.end()
                return state.identity
            }
            if let before, before != identity { logger.warning("the store was replaced by a different one") }
        } catch {
            let isUnknown = state.withLock { $0.outage.fail() && $0.identity == nil }
            guard isUnknown else { return }
            logger.warning(
                "cannot read the store's identity: until then clients cannot check that they use the same store",
                metadata: [LogKey.error: "\(error)"])
        }
    }

    /// Reads the identity every 30 s, and sooner after a failure, until the task is cancelled.
    func follow() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: state.withLock { $0.outage.failures == 0 ? Self.interval : $0.outage.pause })
            if Task.isCancelled { return }
            await ask()
        }
    }
}
