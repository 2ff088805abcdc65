import Synchronization

/// The bytes of replies that wait in this process for clients to take them.
///
/// Each connection has a limit of its own, and there may be thousands: when all of them hold too much together, the one that holds
/// the most is let go.
package final class ReplyBudget: Sendable {
    private struct Share {
        var bytes = 0
        var expel: @Sendable () -> Void
    }

    private struct State {
        var bytes = 0
        var shares: [ObjectIdentifier: Share] = [:]
    }

    /// All servers of this process share this one.
    package static let process = ReplyBudget(bytes: 128 << 20)

    private let limit: Int
    private let state = Mutex(State())

    package init(bytes limit: Int) {
        self.limit = limit
    }

    /// How many bytes wait.
    package var waitingBytes: Int { state.withLock { $0.bytes } }

    /// - Parameter expel: closes the connection; may be called on any thread.
    func join(_ connection: ObjectIdentifier, expel: @escaping @Sendable () -> Void) {
        state.withLock { $0.shares[connection] = Share(expel: expel) }
    }

    /// What it holds is gone with it.
    func leave(_ connection: ObjectIdentifier) {
        state.withLock { state in
            if let share = state.shares.removeValue(forKey: connection) { state.bytes -= share.bytes }
        }
    }

    /// Counts a reply that waits, and has the largest holder close where it does not fit.
    func add(_ bytes: Int, for connection: ObjectIdentifier) {
        let expel = state.withLock { state -> (@Sendable () -> Void)? in
            guard state.shares[connection] != nil else { return nil }
            state.shares[connection]!.bytes += bytes
            state.bytes += bytes
            guard state.bytes > limit, let (largest, share) = state.shares.max(by: { $0.value.bytes < $1.value.bytes }) else { return nil }
            // It is not asked twice.
            state.shares[largest] = nil
            state.bytes -= share.bytes
            return share.expel
        }
        expel?()
    }

    /// The client has taken it, or never will.
    func remove(_ bytes: Int, for connection: ObjectIdentifier) {
        state.withLock { state in
            guard state.shares[connection] != nil else { return }
            state.shares[connection]!.bytes -= bytes
            state.bytes -= bytes
        }
    }
}
