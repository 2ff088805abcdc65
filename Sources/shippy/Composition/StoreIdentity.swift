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
    private let known = Mutex<String?>(nil)
    private let hasFailed = Mutex(false)

    init(of store: any Store, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// What the store said last; nil until it has answered once.
    var value: String? { known.withLock { $0 } }

    /// Asks the store. One that is away leaves what is known.
    /// - Returns: whether it answered.
    @discardableResult
    func ask() async -> Bool {
        do {
            let identity = try await store.identity()
            let before = known.withLock { known in
                defer { known = identity }
                return known
            }
            if let before, before != identity { logger.warning("the store is another one than before") }
            return true
        } catch {
            let isNews = hasFailed.withLock { hasFailed in
                defer { hasFailed = true }
                return !hasFailed
            }
            if isNews, value == nil {
                logger.warning(
                    "cannot ask the store for its identity: clients cannot compare it with theirs until it answers",
                    metadata: [LogKey.error: "\(error)"])
            }
            return false
        }
    }

    /// Asks it until the task is cancelled: soon where it is not known, and now and then afterwards.
    func follow() async {
        let backoff = Backoff(base: .milliseconds(500), cap: .seconds(5))
        var failures = value == nil ? 1 : 0
        while !Task.isCancelled {
            try? await Task.sleep(for: failures == 0 ? Self.interval : backoff.delay(attempt: failures))
            if Task.isCancelled { return }
            failures = await ask() ? 0 : failures + 1
        }
    }
}
