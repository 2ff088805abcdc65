import NIOCore
import Synchronization

/// The connections of one HTTP server, and the tasks that answer their requests.
final class HTTPConnections: Sendable {
    private struct Connection {
        var task: Task<Void, Never>?
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

    func attach(_ task: Task<Void, Never>, to channel: any Channel) {
        let isCancelled = open.withLock { open in
            open[ObjectIdentifier(channel)]?.task = task
            // One that is not there is closed already, and its task finds that out by itself.
            return open[ObjectIdentifier(channel)]?.isCancelled ?? false
        }
        if isCancelled { task.cancel() }
    }

    /// Has the connection's request end early: nobody waits for its answer.
    func cancel(_ channel: any Channel) {
        let task = open.withLock { open in
            open[ObjectIdentifier(channel)]?.isCancelled = true
            return open[ObjectIdentifier(channel)]?.task
        }
        task?.cancel()
    }

    func cancelAll() {
        let tasks = open.withLock { open in
            for id in open.keys { open[id]?.isCancelled = true }
            return open.values.compactMap(\.task)
        }
        tasks.forEach { $0.cancel() }
    }
}
