import ShippyCore
import Synchronization

/// Updates between whoever hears of them and a reader, who may be slow: of more than some thousands that wait none is kept,
/// and the whole list is read in their place.
final class UpdateQueue: Sendable {
    static let limit = 4096

    private enum Next {
        case update(RegistryUpdate)
        case resync
        case end((any Error)?)
        case wait
    }

    private struct State {
        var updates: ArraySlice<RegistryUpdate> = []
        /// Whether the reader has to read the whole list.
        var mustResync = false
        /// The revision of the last whole list: what is not newer was in it.
        var resynced = Int64.min
        var isEnded = false
        var error: (any Error)?
        var reader: CheckedContinuation<Void, Never>?

        mutating func dropAll() {
            updates = []
            mustResync = true
        }

        mutating func next() -> Next {
            if mustResync {
                // What comes from here on is kept again: the list that is read now may not have it.
                mustResync = false
                return .resync
            }
            while let update = updates.popFirst() {
                if update.revision > resynced { return .update(update) }
            }
            return isEnded ? .end(error) : .wait
        }
    }

    private let state = Mutex(State())

    func push(_ update: RegistryUpdate) {
        change { state in
            guard !state.mustResync else { return }
            if state.updates.count < Self.limit {
                state.updates.append(update)
            } else {
                state.dropAll()
            }
        }
    }

    /// Has the reader read the whole list next: what was pushed before is in it, and what changed until now is not known.
    func resync() {
        change { $0.dropAll() }
    }

    /// Nothing comes after what waits.
    func finish(throwing error: (any Error)?) {
        change { state in
            state.isEnded = true
            state.error = error
        }
    }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { state in
            body(&state)
            defer { state.reader = nil }
            return state.reader
        }?.resume()
    }

    /// For one reader.
    ///
    /// - Parameter list: reads all there is.
    /// - Returns: nil at the end, and when the task is cancelled.
    func next(list: () async throws -> RegistrySnapshot) async throws -> RegistryUpdate? {
        while !Task.isCancelled {
            switch state.withLock({ $0.next() }) {
            case .update(let update): return update
            case .resync:
                let snapshot = try await list()
                state.withLock { $0.resynced = snapshot.revision }
                return .resync(snapshot)
            case .end(let error):
                if let error { throw error }
                return nil
            case .wait: await wait()
            }
        }
        return nil
    }

    private func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = state.withLock { state in
                    guard state.updates.isEmpty, !state.mustResync, !state.isEnded, !Task.isCancelled else { return false }
                    state.reader = continuation
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            change { _ in }
        }
    }
}
