import GRDB
import ShippyCore
import Synchronization

/// Small writes of one kind. All that wait when the thread that writes gets to them are written together, so that many concurrent
/// requests share one transaction, and each of its statements that is not about one of them alone.
final class GatheredWrite<Item: Sendable, Outcome: Sendable>: Sendable {
    private struct Batch {
        var items: [Item] = []
        /// Who waits for them, in the same order.
        var continuations: [CheckedContinuation<Outcome, any Error>] = []
    }

    private struct State {
        var waiting = Batch()
        /// Whether the writer has been asked to write them.
        var isSubmitted = false
    }

    private static var batchLimit: Int { 256 }
    private static var capacity: Int { 8192 }

    private let state = Mutex(State())
    private let writer: DatabaseWriter
    private let body: @Sendable ([Item], Database) throws -> [Outcome]
    private let afterCommit: @Sendable () -> Void

    /// - Parameters:
    ///   - afterCommit: called when a commit is on disk and its callers have been told.
    ///   - body: writes items, and gives one outcome each, in order. If it throws, all its items failed.
    init(
        _ writer: DatabaseWriter, afterCommit: @escaping @Sendable () -> Void, body: @escaping @Sendable ([Item], Database) throws -> [Outcome]
    ) {
        self.writer = writer
        self.afterCommit = afterCommit
        self.body = body
    }

    /// How many wait that no transaction has taken yet.
    var waitingCount: Int { state.withLock { $0.waiting.items.count } }

    /// Waits until `item` is on disk.
    ///
    /// - Throws: what the commit throws; `.overloaded` at once when too many wait. A cancelled caller still gets its outcome:
    ///   the commit may have happened.
    func submit(_ item: Item) async throws -> Outcome {
        try await withCheckedThrowingContinuation { continuation in
            let mustSubmit = state.withLock { state -> Bool? in
                guard state.waiting.items.count < Self.capacity else { return nil }
                state.waiting.items.append(item)
                state.waiting.continuations.append(continuation)
                defer { state.isSubmitted = true }
                return !state.isSubmitted
            }
            guard let mustSubmit else { return continuation.resume(throwing: ShippyError.tooManyWait) }
            if mustSubmit { submitJob(continuesOther: false) }
        }
    }

    /// Each job has a batch of its own: after the end jobs may be refused by any thread.
    private func submitJob(continuesOther: Bool) {
        nonisolated(unsafe) var batch = Batch()
        nonisolated(unsafe) var outcomes: [Outcome] = []
        writer.submit(
            WriteJob(
                begin: { [self] in batch = takeBatch() },
                write: { [body] db in
                    outcomes = try body(batch.items, db)
                    precondition(outcomes.count == batch.items.count, "a write gives one outcome for each item")
                },
                finish: { [afterCommit] error in
                    if let error {
                        for continuation in batch.continuations { continuation.resume(throwing: error) }
                    } else {
                        for (continuation, outcome) in zip(batch.continuations, outcomes) { continuation.resume(returning: outcome) }
                        afterCommit()
                    }
                }), continuesOther: continuesOther)
    }

    /// Those that are written next. If there are more, the writer is asked once more.
    private func takeBatch() -> Batch {
        var batch = Batch()
        let isMore = state.withLock { state in
            if state.waiting.items.count <= Self.batchLimit {
                swap(&batch, &state.waiting)
            } else {
                batch.items = Array(state.waiting.items.prefix(Self.batchLimit))
                batch.continuations = Array(state.waiting.continuations.prefix(Self.batchLimit))
                state.waiting.items.removeFirst(Self.batchLimit)
                state.waiting.continuations.removeFirst(Self.batchLimit)
            }
            state.isSubmitted = !state.waiting.items.isEmpty
            return state.isSubmitted
        }
        if isMore { submitJob(continuesOther: true) }
        return batch
    }
}
