import ShippyCore
import Synchronization

/// A queue of updates for a reader that may be slow. If more than `limit` are waiting, all are dropped, and the reader reads the
/// whole list instead.
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
        /// Whether the reader must read the whole list.
        var mustResync = false
        /// The revision of the last whole list, which includes all updates up to it.
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
                // Updates are kept again from here on, because the list that is read now may not include them.
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

    /// Makes the reader read the whole list next, because the changes up to now are unknown. Drops the waiting updates: the list
    /// includes them.
    func resync() {
        change { $0.dropAll() }
    }

    /// Ends the queue after the waiting updates.
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

    /// Returns the next update, waiting for it if necessary. Call it from one reader only.
    ///
    /// - Parameter list: reads the whole list.
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
