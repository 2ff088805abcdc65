import NIOCore
import Synchronization

/// The open connections of an HTTP server, each with a way to cancel its request.
final class HTTPConnections: Sendable {
    private struct Connection {
        var onCancel: (@Sendable () -> Void)?
        var isCancelled = false
    }

    private let limit: Int
    private let open = Mutex<[ObjectIdentifier: Connection]>([:])

    init(limit: Int) {
        self.limit = limit
    }

    /// - Returns: false if the limit has been reached.
    func add(_ channel: any Channel) -> Bool {
        open.withLock { open in
            guard open.count < limit else { return false }
            open[ObjectIdentifier(channel)] = Connection()
            return true
        }
    }

    func remove(_ channel: any Channel) {
        open.withLock { $0[ObjectIdentifier(channel)] = nil }
    }

    /// - Parameter onCancel: called when the connection is cancelled; immediately if it already has been.
    func attach(to channel: any Channel, onCancel: @escaping @Sendable () -> Void) {
        let isCancelled = open.withLock { open in
            open[ObjectIdentifier(channel)]?.onCancel = onCancel
            // A missing connection has already been closed.
            return open[ObjectIdentifier(channel)]?.isCancelled ?? false
        }
        if isCancelled { onCancel() }
    }

    /// Cancels the connection's request, because nobody waits for the answer.
    func cancel(_ channel: any Channel) {
        let onCancel = open.withLock { open in
            open[ObjectIdentifier(channel)]?.isCancelled = true
            return open[ObjectIdentifier(channel)]?.onCancel
        }
        onCancel?()
    }

    func cancelAll() {
        let all = open.withLock { open in
            for id in open.keys { open[id]?.isCancelled = true }
            return open.values.compactMap(\.onCancel)
        }
        for onCancel in all { onCancel() }
    }
}
