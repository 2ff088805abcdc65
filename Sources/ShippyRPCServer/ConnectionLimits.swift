package import NIOCore
import NIOHPACK
import NIOHTTP2

/// The limits of a gRPC server on its clients' use of resources and time.
package struct ConnectionLimits: Sendable {
    /// The largest metadata of a call that is still decoded, in bytes. Up to this size, only the call is refused: the metadata of
    /// other calls may refer to the same compression state. Larger metadata ends the connection.
    static let readableMetadataBytes = 256 * 1024

    /// The largest request, in bytes.
    package var requestBytes: Int
    /// The largest metadata of a call, in bytes. As in HTTP/2, each entry counts for 32 bytes more than its text.
    package var metadataBytes: Int
    /// The most open connections. Further ones are closed immediately.
    package var connections: Int
    /// The most concurrent calls on one connection.
    package var concurrentCalls: Int
    /// The most bytes of replies on one connection that wait for the client to read them. With more, the connection is closed.
    package var waitingBytes: Int
    /// The same limit for all connections together.
    package var replyBudget: ReplyBudget
    /// How long a client may take to read a reply once it is ready. After that, the connection is closed.
    package var replyTime: TimeAmount
    /// How long a request may take to arrive; six times as long while requests keep arriving on the same connection.
    package var requestTime: TimeAmount
    /// How long a connection may go without a call. Pings do not count.
    package var idleTime: TimeAmount
    /// How long calls may run in a shutdown before their tasks are cancelled.
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

    /// A whole request fits into its stream's window, so only the connection's window must be reopened.
    var http2: NIOHTTP2Handler.ConnectionConfiguration {
        var configuration = NIOHTTP2Handler.ConnectionConfiguration()
        configuration.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: concurrentCalls),
            HTTP2Setting(parameter: .initialWindowSize, value: max(65_535, 2 * (requestBytes + MessageFraming.prefixLength))),
            HTTP2Setting(parameter: .maxHeaderListSize, value: Self.readableMetadataBytes),
        ]
        configuration.maximumSequentialContinuationFrames = 32
        // Frames of refused calls may be in flight, for as many calls as may be open.
        configuration.maximumRecentlyResetStreams = concurrentCalls
        return configuration
    }

    /// Disables the library's limit of resets, which cannot tell an expired deadline from an attack. ``AbandonBudget`` can.
    var streams: NIOHTTP2Handler.StreamConfiguration {
        var configuration = NIOHTTP2Handler.StreamConfiguration()
        configuration.streamResetFrameRateLimit.windowLength = .nanoseconds(1)
        return configuration
    }
}
