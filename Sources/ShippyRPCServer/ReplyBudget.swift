import Synchronization

/// Limits the bytes of replies in this process that wait for clients to read them.
///
/// Each connection has a limit of its own, but there may be thousands. If all of them together exceed the budget, the connection
/// with the most waiting bytes is closed.
package final class ReplyBudget: Sendable {
    private struct Share {
        var bytes = 0
        var expel: @Sendable () -> Void
    }

    private struct State {
        var bytes = 0
        var shares: [ObjectIdentifier: Share] = [:]
    }

    /// The budget shared by all servers of this process.
    package static let process = ReplyBudget(bytes: 128 << 20)

    private let limit: Int
    private let state = Mutex(State())

    package init(bytes limit: Int) {
        self.limit = limit
    }

    /// The bytes waiting on all connections.
    package var waitingBytes: Int { state.withLock { $0.bytes } }

    /// - Parameter expel: closes the connection; may be called on any thread.
    func join(_ connection: ObjectIdentifier, expel: @escaping @Sendable () -> Void) {
        state.withLock { $0.shares[connection] = Share(expel: expel) }
    }

    /// Removes a connection and its waiting bytes.
    func leave(_ connection: ObjectIdentifier) {
        state.withLock { state in
            if let share = state.shares.removeValue(forKey: connection) { state.bytes -= share.bytes }
        }
    }

    /// Counts a waiting reply. If the budget is exceeded, closes the connection with the most waiting bytes.
    func add(_ bytes: Int, for connection: ObjectIdentifier) {
        let expel = state.withLock { state -> (@Sendable () -> Void)? in
            guard state.shares[connection] != nil else { return nil }
            state.shares[connection]!.bytes += bytes
            state.bytes += bytes
            guard state.bytes > limit, let (largest, share) = state.shares.max(by: { $0.value.bytes < $1.value.bytes }) else { return nil }
            // Prevents closing it a second time.
            state.shares[largest] = nil
            state.bytes -= share.bytes
            return share.expel
        }
        expel?()
    }

    /// Must be called once the client has received the reply, or never will.
    func remove(_ bytes: Int, for connection: ObjectIdentifier) {
        state.withLock { state in
            guard state.shares[connection] != nil else { return }
            state.shares[connection]!.bytes -= bytes
            state.bytes -= bytes
        }
    }
}
