/// One use of a refresh token whose signature has been verified.
package struct SessionRefresh: Sendable {
    package var sessionID: String
    /// The number in the token.
    package var counter: Int64
    /// When the session ends if the refresh succeeds.
    package var expiresAt: Timestamp
    package var address: String
    /// Recorded if the token turns out to be an old one, and the session is ended.
    package var auditIfReused: AuditEntry

    package init(sessionID: String, counter: Int64, expiresAt: Timestamp, address: String, auditIfReused: AuditEntry) {
        self.sessionID = sessionID
        self.counter = counter
        self.expiresAt = expiresAt
        self.address = address
        self.auditIfReused = auditIfReused
    }

    package enum Outcome: Hashable, Sendable {
        /// The session with its next counter.
        case advanced(Session)
        /// The session as it is: the answer with its current token may have been lost, or another request was faster.
        case repeated(Session)
        /// There is no such session: it expired, ended, or never existed.
        case ended
        /// The token is an old one, so two clients hold tokens of the session. It has been ended.
        case reused
    }

    /// What to do with the session. Every store decides by this, in the transaction that carries it out.
    package enum Decision: Hashable, Sendable {
        case advance, `repeat`, end, expired
    }

    /// How long after a refresh older tokens still get the current one: parallel requests of one client.
    package static let interval = Duration.seconds(10)

    /// - Parameter now: the store's clock.
    package static func decision(for counter: Int64, of session: Session, at now: Timestamp) -> Decision {
        if session.expiresAt <= now { return .expired }
        if counter == session.counter { return .advance }
        // The one before: a client that lost an answer has only this, however long ago that was.
        if counter == session.counter - 1 { return .repeat }
        let age = now.milliseconds - session.counterSince.milliseconds
        return counter < session.counter && counter > 0 && age <= interval.milliseconds ? .repeat : .end
    }
}
