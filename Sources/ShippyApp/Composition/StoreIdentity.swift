import Logging
import ShippyCore
import Synchronization

/// Which store a process works on, for clients to compare with theirs.
///
/// The store may be away when the process starts, and somebody may put another database in its place later. So it is asked again
/// and again, and not only once.
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

    /// What the store said last; nil until it has answered once.
    var value: String? { state.withLock { $0.identity } }

    /// Asks the store. One that is away leaves what is known.
    func ask() async {
        do {
            let identity = try await store.identity()
            let before = state.withLock { state in
                defer { state.identity = identity }
                state.outage.end()
                return state.identity
            }
            if let before, before != identity { logger.warning("the store is another one than before") }
        } catch {
            let isUnknown = state.withLock { $0.outage.fail() && $0.identity == nil }
            guard isUnknown else { return }
            logger.warning(
                "cannot ask the store for its identity: clients cannot compare it with theirs until it answers",
                metadata: [LogKey.error: "\(error)"])
        }
    }

    /// Asks it until the task is cancelled: soon after a failure, and now and then otherwise.
    func follow() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: state.withLock { $0.outage.failures == 0 ? Self.interval : $0.outage.pause })
            if Task.isCancelled { return }
            await ask()
        }
    }
}
