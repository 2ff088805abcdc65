import NIOCore
import Synchronization

/// The connections of one server, and the wait for the last of them.
final class OpenConnections: Sendable {
    private struct State {
        var server: (any Channel)?
        var open: [ObjectIdentifier: any Channel] = [:]
        var isQuiescing = false
    }

    private let state = Mutex(State())
    private let end: EventLoopPromise<Void>

    init(loop: any EventLoop) {
        end = loop.makePromise()
    }

    deinit { end.succeed() }

    func accept(from server: any Channel) {
        let isQuiescing = state.withLock { state in
            state.server = server
            return state.isQuiescing
        }
        if isQuiescing { quiesce() }
    }

    func add(_ channel: any Channel) {
        let isQuiescing = state.withLock { state in
            state.open[ObjectIdentifier(channel)] = channel
            return state.isQuiescing
        }
        // It came while the server was closed.
        if isQuiescing { channel.close(promise: nil) }
    }

    /// After the connection is closed, and the last call on it has returned.
    func remove(_ channel: any Channel) {
        let isLast = state.withLock { state in
            state.open[ObjectIdentifier(channel)] = nil
            return state.isQuiescing && state.open.isEmpty
        }
        if isLast { end.succeed() }
    }

    func quiesce() {
        stop { $0.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
    }

    func close() {
        stop { $0.close(promise: nil) }
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
        // Only ever succeeds.
        try? await end.futureResult.get()
    }
}
