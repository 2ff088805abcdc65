import Dispatch
import GRDB
import ShippyCore
import Synchronization

/// Collects small writes of one kind. Up to 256 that are waiting when the writer thread gets to them are written together, so
/// that concurrent requests share a transaction, and the statements in it that concern all of them.
final class GatheredWrite<Item: Sendable, Outcome: Sendable>: Sendable {
    private struct Waiting {
        var item: Item
        var since: ContinuousClock.Instant
        /// Nil once the caller has been told that it waited too long.
        var continuation: CheckedContinuation<Outcome, any Error>?
    }

    /// Items written together.
    private final class Batch: Sendable {
        private let waiting = Mutex<[Waiting]>([])

        var items: [Item] { waiting.withLock { $0.map(\.item) } }

        func begin(_ taken: [Waiting]) { waiting.withLock { $0 = taken } }

        /// Removes and returns the items, so that no caller is told the outcome twice.
        func end() -> [Waiting] {
            waiting.withLock { waiting in
                defer { waiting = [] }
                return waiting
            }
        }

        /// Gives up on callers that have waited since before `limit`. Their items are written all the same.
        func giveUp(before limit: ContinuousClock.Instant) -> [CheckedContinuation<Outcome, any Error>] {
            waiting.withLock { waiting in
                var late: [CheckedContinuation<Outcome, any Error>] = []
                for index in waiting.indices where waiting[index].since < limit {
                    if let continuation = waiting[index].continuation.take() { late.append(continuation) }
                }
                return late
            }
        }
    }

    private struct State {
        var waiting: [Waiting] = []
        /// Whether a job that will write them has been submitted.
        var isSubmitted = false
        /// Batches that the writer has begun.
        var batches: [ObjectIdentifier: Batch] = [:]
        /// Whether a timer is set to find items that wait too long.
        var isWatched = false
    }

    private static var batchLimit: Int { 256 }
    private static var capacity: Int { 8192 }

    private let state = Mutex(State())
    private let writer: DatabaseWriter
    private let patience: Duration
    private let body: @Sendable ([Item], Database) throws -> [Outcome]
    private let afterCommit: @Sendable () -> Void

    /// - Parameters:
    ///   - patience: how long an item may wait. The caller may be told up to a fifth of this later.
    ///   - afterCommit: called after a commit, when its callers have been told.
    ///   - body: writes items and returns one outcome for each, in order. If it throws, all its items fail.
    init(
        _ writer: DatabaseWriter, patience: Duration, afterCommit: @escaping @Sendable () -> Void,
        body: @escaping @Sendable ([Item], Database) throws -> [Outcome]
    ) {
        self.writer = writer
        self.patience = patience
        self.afterCommit = afterCommit
        self.body = body
    }

    /// The number of items that no transaction has taken yet.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Writes `item`, and returns its outcome after the commit.
    ///
    /// - Throws: the error of the commit; `.overloaded` at once if too many items are waiting; `.unavailable` when the disk has not
    ///   responded for too long. Cancelling the task does not end the wait, because the commit may have happened.
    func submit(_ item: Item) async throws -> Outcome {
        try await withCheckedThrowingContinuation { continuation in
            let next = state.withLock { state -> (mustSubmit: Bool, mustWatch: Bool)? in
                guard state.waiting.count < Self.capacity else { return nil }
                state.waiting.append(Waiting(item: item, since: .now, continuation: continuation))
                defer { (state.isSubmitted, state.isWatched) = (true, true) }
                return (!state.isSubmitted, !state.isWatched)
            }
            guard let next else { return continuation.resume(throwing: ShippyError.tooManyWait) }
            if next.mustSubmit { submitJob(continuesOther: false) }
            if next.mustWatch { watch() }
        }
    }

    /// Looks for late items from time to time as long as any are waiting, with one timer for all.
    private func watch() {
        DispatchQueue.global().asyncAfter(deadline: .now() + (patience / 5).seconds) { [weak self] in self?.giveUpOnLate() }
    }

    private func giveUpOnLate() {
        let limit = ContinuousClock.now - patience
        let (late, batches, isMore) = state.withLock { state in
            // Items wait in the order in which they came.
            let late = state.waiting.prefix { $0.since < limit }
            state.waiting.removeFirst(late.count)
            state.isWatched = !state.waiting.isEmpty || !state.batches.isEmpty
            return (late, Array(state.batches.values), state.isWatched)
        }
        for waiting in late { waiting.continuation?.resume(throwing: ShippyError.notBegun(within: patience)) }
        for continuation in batches.flatMap({ $0.giveUp(before: limit) }) {
            continuation.resume(throwing: ShippyError.outcomeUnknown(after: patience))
        }
        if isMore { watch() }
    }

    /// Each job has its own batch, because any thread may refuse jobs once the writer is ending.
    private func submitJob(continuesOther: Bool) {
        let batch = Batch()
        nonisolated(unsafe) var outcomes: [Outcome] = []
        writer.submit(
            WriteJob(
                begin: { [self] in take(batch) },
                write: { [body] db in
                    let items = batch.items
                    // All items may have been given up before the job began.
                    outcomes = items.isEmpty ? [] : try body(items, db)
                    precondition(outcomes.count == items.count, "a write gives one outcome for each item")
                },
                finish: { [self] error in
                    let written = batch.end()
                    state.withLock { $0.batches[ObjectIdentifier(batch)] = nil }
                    if let error {
                        for waiting in written { waiting.continuation?.resume(throwing: error) }
                    } else {
                        for (waiting, outcome) in zip(written, outcomes) { waiting.continuation?.resume(returning: outcome) }
                        afterCommit()
                    }
                }), continuesOther: continuesOther)
    }

    /// Fills a batch with the items to write next. If more are waiting, submits another job.
    private func take(_ batch: Batch) {
        let isMore = state.withLock { state in
            var taken: [Waiting] = []
            if state.waiting.count <= Self.batchLimit {
                swap(&taken, &state.waiting)
            } else {
                taken = Array(state.waiting.prefix(Self.batchLimit))
                state.waiting.removeFirst(Self.batchLimit)
            }
            batch.begin(taken)
            state.batches[ObjectIdentifier(batch)] = batch
            state.isSubmitted = !state.waiting.isEmpty
            return state.isSubmitted
        }
        if isMore { submitJob(continuesOther: true) }
    }
}
