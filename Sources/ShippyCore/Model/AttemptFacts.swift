/// When and where a mail was tried.
package struct AttemptFacts: Hashable, Sendable {
    /// Such as `smtp.example.com:587` or `maildir:/var/lib/shippy/mail`; empty if the attempt ended before it got there.
    package var server: String
    /// By the sender's clock.
    package var startedAt: Timestamp
    package var endedAt: Timestamp

    package init(server: String, startedAt: Timestamp, endedAt: Timestamp) {
        self.server = server
        self.startedAt = startedAt
        self.endedAt = endedAt
    }
}
