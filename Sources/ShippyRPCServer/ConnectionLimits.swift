package import NIOCore
import NIOHPACK
import NIOHTTP2

/// What one client may take of a server.
package struct ConnectionLimits: Sendable {
    /// The largest request, in bytes.
    package var requestBytes: Int
    /// The most calls that are under way on one connection.
    package var concurrentCalls: Int
    /// How long a connection may stay silent.
    package var idleTime: TimeAmount

    package init(requestBytes: Int, concurrentCalls: Int = 256, idleTime: TimeAmount = .minutes(10)) {
        self.requestBytes = requestBytes
        self.concurrentCalls = concurrentCalls
        self.idleTime = idleTime
    }

    /// A whole request fits into its stream's window, so that only the connection's must be kept open.
    var http2: NIOHTTP2Handler.ConnectionConfiguration {
        var configuration = NIOHTTP2Handler.ConnectionConfiguration()
        configuration.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: concurrentCalls),
            HTTP2Setting(parameter: .initialWindowSize, value: max(65_535, 2 * (requestBytes + MessageFraming.prefixLength))),
            HTTP2Setting(parameter: .maxHeaderListSize, value: HPACKDecoder.defaultMaxHeaderListSize),
        ]
        return configuration
    }
}
