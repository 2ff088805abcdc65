import Synchronization

/// Work that blocks a thread of its own, and can be stopped between two of its steps.
final class StoppableWork: Sendable {
    private let isStopped = Atomic(false)

    private init() {}

    /// Runs `body` on a thread of its own until it returns. If the task is cancelled, ``check()`` throws from then on.
    ///
    /// - Parameter onStop: called when the task is cancelled, to wake `body` if it waits.
    static func run<Value: Sendable>(
        _ name: String, onStop: @escaping @Sendable () -> Void = {}, _ body: @escaping @Sendable (StoppableWork) throws -> Value
    ) async throws -> Value {
        let work = StoppableWork()
        return try await withTaskCancellationHandler {
            try await BlockingQueue(name).run { try body(work) }
        } onCancel: {
            work.isStopped.store(true, ordering: .relaxed)
            onStop()
        }
    }

    /// Call it between two steps.
    /// - Throws: `CancellationError` when the work should stop.
    func check() throws {
        if isStopped.load(ordering: .relaxed) { throw CancellationError() }
    }
}
