import ShippyCore
import Synchronization

/// Collects items that arrive during a commit into the next one, so that concurrent requests share a transaction.
final class GroupCommit<Item: Sendable, Outcome: Sendable>: Sendable {
    private struct Waiting {
        var item: Item
        var continuation: CheckedContinuation<Outcome, any Error>
    }

    private enum Next { case wait, start, refuse }

    private struct State {
        var waiting: [Waiting] = []
        var committing = 0
    }

    private static var many: Int { 8 }

    private let state = Mutex(State())
    private let batchLimit: Int
    private let capacity: Int
    private let atOnce: Int
    private let commit: @Sendable ([Item]) async throws -> [Outcome]

    /// - Parameters:
    ///   - batchLimit: the most items per commit.
    ///   - capacity: the most waiting items; more are refused.
    ///   - atOnce: the most concurrent commits. Another one starts only when many items are waiting.
    ///   - commit: makes items durable and returns one outcome each, in order. If it throws, all its items have failed.
    init(batchLimit: Int, capacity: Int, atOnce: Int = 1, commit: @escaping @Sendable ([Item]) async throws -> [Outcome]) {
        self.batchLimit = batchLimit
        self.capacity = capacity
        self.atOnce = atOnce
        self.commit = commit
    }

    /// Returns once a commit with `item` is durable.
    ///
    /// - Throws: the error of the commit; `.overloaded` immediately if too many items are waiting. A cancelled caller still gets
    ///   its outcome, because the commit may have happened.
    func submit(_ item: Item) async throws -> Outcome {
        try await withCheckedThrowingContinuation { continuation in
            let next = state.withLock { state -> Next in
                guard state.waiting.count < capacity else { return .refuse }
                state.waiting.append(Waiting(item: item, continuation: continuation))
                guard state.committing == 0 || (state.committing < atOnce && state.waiting.count >= Self.many) else { return .wait }
                state.committing += 1
                return .start
            }
            switch next {
            case .wait: break
            case .start: Task { await commitUntilEmpty() }
            case .refuse:
                continuation.resume(throwing: ShippyError.tooManyWait)
            }
        }
    }

    private func commitUntilEmpty() async {
        while let batch = nextBatch() {
            do {
                let outcomes = try await commit(batch.map { $0.item })
                precondition(outcomes.count == batch.count, "a commit gives one outcome for each item")
                for (waiting, outcome) in zip(batch, outcomes) { waiting.continuation.resume(returning: outcome) }
            } catch {
                for waiting in batch { waiting.continuation.resume(throwing: error) }
            }
        }
    }

    private func nextBatch() -> [Waiting]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.committing -= 1
                return nil
            }
            if state.waiting.count <= batchLimit {
                let batch = state.waiting
                state.waiting = []
                return batch
            }
            let batch = Array(state.waiting.prefix(batchLimit))
            state.waiting.removeFirst(batchLimit)
            return batch
        }
    }
}
