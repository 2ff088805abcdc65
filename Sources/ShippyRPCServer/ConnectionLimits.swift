package import NIOCore
import NIOHPACK
import NIOHTTP2

/// What clients may take of a server.
package struct ConnectionLimits: Sendable {
    /// How large a call's metadata may be for the connection to go on. Up to there it is read, as those of other calls may refer
    /// to it, and only its call is refused.
    static let readableMetadataBytes = 256 * 1024

    /// The largest request, in bytes.
    package var requestBytes: Int
    /// The largest metadata of a call, in bytes, each entry with the 32 that HTTP/2 adds.
    package var metadataBytes: Int
    /// The most connections; those that come when they are there are closed.
    package var connections: Int
    /// The most calls that are under way on one connection.
    package var concurrentCalls: Int
    /// The most bytes of replies that wait on one connection for the client to read them. One that lets more come is let go.
    package var waitingBytes: Int
    /// The same for all connections together.
    package var replyBudget: ReplyBudget
    /// How long a client may take for a reply, from when it is there. One that takes longer is let go.
    package var replyTime: TimeAmount
    /// How long a request may take to arrive; six times that while others arrive on the same connection.
    package var requestTime: TimeAmount
    /// How long a connection may stay without a call. Pings are no calls.
    package var idleTime: TimeAmount
    /// How long, in a shutdown, calls are worked on before their tasks are cancelled.
    package var drainTime: TimeAmount

    package init(
        requestBytes: Int, metadataBytes: Int = 16 * 1024, connections: Int = 4096, concurrentCalls: Int = 256,
        waitingBytes: Int = 32 << 20, replyBudget: ReplyBudget = .process, replyTime: TimeAmount = .seconds(60),
        requestTime: TimeAmount = .seconds(10), idleTime: TimeAmount = .minutes(10), drainTime: TimeAmount = .seconds(5)
    ) {
        self.requestBytes = requestBytes
        self.metadataBytes = metadataBytes
        self.connections = connections
        self.concurrentCalls = concurrentCalls
        self.waitingBytes = waitingBytes
        self.replyBudget = replyBudget
        self.replyTime = replyTime
        self.requestTime = requestTime
        self.idleTime = idleTime
        self.drainTime = drainTime
    }

    /// A whole request fits into its stream's window, so that only the connection's must be kept open.
    var http2: NIOHTTP2Handler.ConnectionConfiguration {
        var configuration = NIOHTTP2Handler.ConnectionConfiguration()
        configuration.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: concurrentCalls),
            HTTP2Setting(parameter: .initialWindowSize, value: max(65_535, 2 * (requestBytes + MessageFraming.prefixLength))),
            HTTP2Setting(parameter: .maxHeaderListSize, value: Self.readableMetadataBytes),
        ]
        configuration.maximumSequentialContinuationFrames = 32
        // Frames of calls that were refused may be on their way, as many as there are calls.
        configuration.maximumRecentlyResetStreams = concurrentCalls
        return configuration
    }

    /// Without the library's limit of resets, which does not tell a call that ran into its deadline from an attack:
    /// ``AbandonBudget`` does.
    var streams: NIOHTTP2Handler.StreamConfiguration {
        var configuration = NIOHTTP2Handler.StreamConfiguration()
        configuration.streamResetFrameRateLimit.windowLength = .nanoseconds(1)
        return configuration
    }
}
