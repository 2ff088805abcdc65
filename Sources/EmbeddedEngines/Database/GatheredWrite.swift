import GRDB
import ShippyCore
import Synchronization

/// Small writes of one kind. All that wait when the thread that writes gets to them are written together, so that many concurrent
/// requests share one transaction, and each of its statements that is not about one of them alone.
final class GatheredWrite<Item: Sendable, Outcome: Sendable>: Sendable {
    private struct Waiting {
        var item: Item
        var continuation: CheckedContinuation<Outcome, any Error>
    }

    private struct State {
        var waiting: [Waiting] = []
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
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Waits until `item` is on disk.
    ///
    /// - Throws: what the commit throws; `.overloaded` at once when too many wait. A cancelled caller still gets its outcome:
    ///   the commit may have happened.
    func submit(_ item: Item) async throws -> Outcome {
        try await withCheckedThrowingContinuation { continuation in
            let mustSubmit = state.withLock { state -> Bool? in
                guard state.waiting.count < Self.capacity else { return nil }
                state.waiting.append(Waiting(item: item, continuation: continuation))
                defer { state.isSubmitted = true }
                return !state.isSubmitted
            }
            guard let mustSubmit else { return continuation.resume(throwing: ShippyError.tooManyWait) }
            if mustSubmit { submitJob(continuesOther: false) }
        }
    }

    /// Each job has a batch of its own: after the end jobs may be refused by any thread.
    private func submitJob(continuesOther: Bool) {
        nonisolated(unsafe) var batch: [Waiting] = []
        nonisolated(unsafe) var outcomes: [Outcome] = []
        writer.submit(
            WriteJob(
                begin: { [self] in batch = takeBatch() },
                write: { [body] db in
                    outcomes = try body(batch.map(\.item), db)
                    precondition(outcomes.count == batch.count, "a write gives one outcome for each item")
                },
                finish: { [afterCommit] error in
                    if let error {
                        for waiting in batch { waiting.continuation.resume(throwing: error) }
                    } else {
                        for (waiting, outcome) in zip(batch, outcomes) { waiting.continuation.resume(returning: outcome) }
                        afterCommit()
                    }
                }), continuesOther: continuesOther)
    }

    /// Those that are written next. If there are more, the writer is asked once more.
    private func takeBatch() -> [Waiting] {
        var batch: [Waiting] = []
        let isMore = state.withLock { state in
            if state.waiting.count <= Self.batchLimit {
                swap(&batch, &state.waiting)
            } else {
                batch = Array(state.waiting.prefix(Self.batchLimit))
                state.waiting.removeFirst(Self.batchLimit)
            }
            state.isSubmitted = !state.waiting.isEmpty
            return state.isSubmitted
        }
        if isMore { submitJob(continuesOther: true) }
        return batch
    }
}
