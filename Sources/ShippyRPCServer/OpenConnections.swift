import NIOCore
import Synchronization

/// The open connections of a server. A shutdown waits for the last of them.
final class OpenConnections: Sendable {
    private struct State {
        var server: (any Channel)?
        var open: [ObjectIdentifier: any Channel] = [:]
        var isQuiescing = false
    }

    /// How long a shutdown waits for cancelled handlers before it abandons them.
    private static let patience = TimeAmount.seconds(1)

    private let limit: Int
    private let loop: any EventLoop
    private let state = Mutex(State())
    private let end: EventLoopPromise<Void>

    init(limit: Int, loop: any EventLoop) {
        self.limit = limit
        self.loop = loop
        end = loop.makePromise()
    }

    deinit { end.succeed() }

    func accept(from server: any Channel) {
        let isQuiescing = state.withLock { state in
            state.server = server
            return state.isQuiescing
        }
        if isQuiescing { server.close(promise: nil) }
    }

    /// - Returns: false if the limit has been reached.
    func add(_ channel: any Channel) -> Bool {
        let (isAdded, isQuiescing) = state.withLock { state in
            guard state.open.count < limit else { return (false, state.isQuiescing) }
            state.open[ObjectIdentifier(channel)] = channel
            return (true, state.isQuiescing)
        }
        // The connection was accepted while the server was being closed.
        if isQuiescing { channel.close(promise: nil) }
        return isAdded
    }

    /// Must be called once the connection is closed and the last handler on it has returned.
    func remove(_ channel: any Channel) {
        let isLast = state.withLock { state in
            state.open[ObjectIdentifier(channel)] = nil
            return state.isQuiescing && state.open.isEmpty
        }
        if isLast { end.succeed() }
    }

    /// Closes the server and asks all connections to end.
    /// - Parameter time: how long calls may run before they are cancelled.
    func quiesce(drainTime time: TimeAmount) {
        stop { $0.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
        loop.scheduleTask(in: time) { [weak self] in
            self?.stop { $0.pipeline.fireUserInboundEventTriggered(CallsShouldEndEvent()) }
        }
        loop.scheduleTask(in: time + Self.patience) { [weak self] in self?.close() }
    }

    /// Closes all connections, and waits only briefly for their handlers.
    func close() {
        stop { $0.close(promise: nil) }
        loop.scheduleTask(in: Self.patience) { [end] in end.succeed() }
    }

    private func stop(_ stop: (any Channel) -> Void) {
        let (server, open) = state.withLock { state in
            state.isQuiescing = true
            return (state.server, Array(state.open.values))
        }
        server?.close(promise: nil)
        open.forEach(stop)
        if open.isEmpty { end.succeed() }
    }

    func ended() async {
        // Never fails.
        try? await end.futureResult.get()
    }
}
