package import NIOCore

/// The limits of an HTTP server on its clients' use of resources and time.
package struct HTTPLimits: Sendable {
    /// The most open connections. Further ones are closed immediately.
    package var connections: Int
    /// The largest body, in bytes. Reading a larger one fails.
    package var bodySize: Int
    /// How long a request may take to arrive.
    package var requestTime: TimeAmount
    /// How long a client may leave an answer unread once the send buffers are full.
    package var answerTime: TimeAmount
    /// How long a connection may be silent.
    package var idleTime: TimeAmount
    /// How long work continues for a client that has closed its side. Some clients do so and still read the answer.
    package var absenceTime: TimeAmount
    /// How long an idle connection stays open in a shutdown. A request that arrives in this time is still answered, as the last.
    package var farewellTime: TimeAmount
    /// How long requests may run in a shutdown before their tasks are cancelled.
    package var drainTime: TimeAmount

    package init(
        connections: Int = 4096, bodySize: Int = 64 * 1024, requestTime: TimeAmount = .seconds(10), answerTime: TimeAmount = .seconds(30),
        idleTime: TimeAmount = .seconds(75), absenceTime: TimeAmount = .seconds(1), farewellTime: TimeAmount = .seconds(1),
        drainTime: TimeAmount = .seconds(5)
    ) {
        self.connections = connections
        self.bodySize = bodySize
        self.requestTime = requestTime
        self.answerTime = answerTime
        self.idleTime = idleTime
        self.absenceTime = absenceTime
        self.farewellTime = farewellTime
        self.drainTime = drainTime
    }
}
