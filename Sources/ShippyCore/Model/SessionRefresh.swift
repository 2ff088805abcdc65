/// One use of a refresh token whose signature has been verified.
package struct SessionRefresh: Sendable {
    package var sessionID: String
    /// The number in the token.
    package var counter: Int64
    /// When the session ends if the refresh succeeds.
    package var expiresAt: Timestamp
    package var address: String
    /// Recorded if the token turns out to be an old one, and the session is ended: the store makes it
    /// ``AuditEntry/about(_:)`` that session.
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
        /// The session as it is: another request has just been faster.
        case repeated(Session)
        /// There is no such session: it expired, ended, or never existed.
        case ended
        /// The token is an old one, so two clients hold tokens of the session. It has been ended.
        /// - Parameter userID: the session's user.
        case reused(userID: String)
    }

    /// What to do with the session. Every store decides by this, in the transaction that carries it out.
    package enum Decision: Hashable, Sendable {
        case advance, `repeat`, end, expired
    }

    /// How long after a refresh earlier tokens get the current one: parallel requests of one client.
    package static let interval = Duration.seconds(10)

    /// - Parameter now: the store's clock.
    package static func decision(for counter: Int64, of session: Session, at now: Timestamp) -> Decision {
        if session.expiresAt <= now { return .expired }
        if counter == session.counter { return .advance }
        if counter < session.counter, counter > 0, now.milliseconds - session.counterSince.milliseconds <= interval.milliseconds { return .repeat }
        // A client that lost the answer has only the token that it asked with, however long ago that was. It gets a new one, not the current
        // one: if the answer did arrive somewhere, whoever has the current token holds a copy, and ends the session by using it.
        return counter == session.previous && counter > 0 ? .advance : .end
    }
}
