import NIOCore
import Synchronization

/// The connections of one HTTP server, and how each is told that nobody waits for it any more.
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

    /// - Returns: whether there is room for another one.
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

    /// - Parameter onCancel: called when the connection is cancelled, at once if it has been.
    func attach(to channel: any Channel, onCancel: @escaping @Sendable () -> Void) {
        let isCancelled = open.withLock { open in
            open[ObjectIdentifier(channel)]?.onCancel = onCancel
            // One that is not there is closed already.
            return open[ObjectIdentifier(channel)]?.isCancelled ?? false
        }
        if isCancelled { onCancel() }
    }

    /// Has the connection's request end early: nobody waits for its answer.
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
