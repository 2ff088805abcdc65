package import NIOCore

/// What clients may take of an HTTP server, and how long it waits for them.
package struct HTTPLimits: Sendable {
    /// The most connections; those that come when they are there are closed.
    package var connections: Int
    /// The largest body, in bytes: of a larger one nothing can be read.
    package var bodySize: Int
    /// How long a request may take to arrive.
    package var requestTime: TimeAmount
    /// How long a client may leave more of an answer unread than the system keeps for it.
    package var answerTime: TimeAmount
    /// How long a kept-alive connection may stay silent.
    package var idleTime: TimeAmount
    /// How long work goes on for a client that has closed its side. Some that still read do so.
    package var absenceTime: TimeAmount
    /// How long, in a shutdown, an idle connection stays open: its next request is answered and told that it was the last.
    package var farewellTime: TimeAmount
    /// How long, in a shutdown, requests are worked on before their tasks are cancelled.
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
