import Dispatch
import GRDB
import ShippyCore
import Synchronization

/// Small writes of one kind. All that wait when the thread that writes gets to them are written together, so that many concurrent
/// requests share one transaction, and each of its statements that is not about one of them alone.
final class GatheredWrite<Item: Sendable, Outcome: Sendable>: Sendable {
    private struct Waiting {
        var item: Item
        var since: ContinuousClock.Instant
        /// Nil once it was told that it has waited for too long.
        var continuation: CheckedContinuation<Outcome, any Error>?
    }

    /// What is written together.
    private final class Batch: Sendable {
        private let waiting = Mutex<[Waiting]>([])

        var items: [Item] { waiting.withLock { $0.map(\.item) } }

        func begin(_ taken: [Waiting]) { waiting.withLock { $0 = taken } }

        /// Those that are to be told what came of it. Nobody is told twice.
        func end() -> [Waiting] {
            waiting.withLock { waiting in
                defer { waiting = [] }
                return waiting
            }
        }

        /// Those that have waited since before `limit`. They are written all the same.
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
        /// Whether the writer has been asked to write them.
        var isSubmitted = false
        /// Those that the writer has begun with.
        var batches: [ObjectIdentifier: Batch] = [:]
        /// Whether somebody looks for those that wait for too long.
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
    ///   - patience: how long an item may wait, and up to a fifth of that longer.
    ///   - afterCommit: called when a commit is on disk and its callers have been told.
    ///   - body: writes items, and gives one outcome each, in order. If it throws, all its items failed.
    init(
        _ writer: DatabaseWriter, patience: Duration, afterCommit: @escaping @Sendable () -> Void,
        body: @escaping @Sendable ([Item], Database) throws -> [Outcome]
    ) {
        self.writer = writer
        self.patience = patience
        self.afterCommit = afterCommit
        self.body = body
    }

    /// How many wait that no transaction has taken yet.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Waits until `item` is on disk.
    ///
    /// - Throws: what the commit throws; `.overloaded` at once when too many wait; `.unavailable` when the disk does not answer for too
    ///   long.
    ///   A cancelled caller still gets its outcome: the commit may have happened.
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

    /// Looks now and then, as long as something waits: one timer for all of them.
    private func watch() {
        DispatchQueue.global().asyncAfter(deadline: .now() + (patience / 5).seconds) { [weak self] in self?.giveUpOnLate() }
    }

    private func giveUpOnLate() {
        let limit = ContinuousClock.now - patience
        let (late, batches, isMore) = state.withLock { state in
            // They are in the order of their coming.
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

    /// Each job has a batch of its own: after the end jobs may be refused by any thread.
    private func submitJob(continuesOther: Bool) {
        let batch = Batch()
        nonisolated(unsafe) var outcomes: [Outcome] = []
        writer.submit(
            WriteJob(
                begin: { [self] in take(batch) },
                write: { [body] db in
                    let items = batch.items
                    // All of them may have been given up.
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

    /// Fills a batch with those that are written next. If there are more, the writer is asked once more.
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
