/// A mail in the queue.
package struct Mail: Hashable, Sendable {
    package enum State: String, CaseIterable, Sendable {
        /// Waiting for its next attempt.
        case queued
        /// Held by a sender under a lease.
        case sending
        case sent
        /// Given up: permanently refused, or out of attempts. Somebody should look at it.
        case dead
        /// Not to be sent, because somebody said so, or because a dead mail was sent again as a copy.
        case cancelled
    }

    package enum Template: String, CaseIterable, Sendable {
        /// Greets a new user.
        case welcome
        /// Contains a text from its request.
        case message
        /// Has a link by which a user confirms their address.
        case confirmAddress = "confirm-address"
        /// Has a link by which a user sets a new password.
        case resetPassword = "reset-password"
        /// Tells a user that their password was changed.
        case passwordChanged = "password-changed"
        /// Tells a user that their address was changed: sent to both.
        case addressChanged = "address-changed"
    }

    package var id: String
    package let to: EmailAddress
    /// The domain of `to`. The queue limits claims per domain.
    package let domain: String
    package var template: Template
    package var state: State
    package var attempts: Int
    /// When the mail is due or, while it is being sent, when the lease ends; nil unless it is queued or being sent.
    package var nextAttemptAt: Timestamp?
    /// The server's last reply, or the reason why there was none.
    package var lastReply: String
    /// The event that caused the mail; nil for a mail that was requested directly.
    package var eventID: String?
    /// The mail that this one repeats, because somebody wanted it sent again; nil for all others.
    package var copyOf: String?
    /// The user to whom it is sent; nil for a mail to no user, and for mails that were queued before this was noted.
    package var userID: String?
    package var requestID: String
    package var createdAt: Timestamp
    /// The user's name and company.
    package var name: String
    package var company: String
    /// The text of a message.
    package var content: String
    /// The link in the mail, without what makes it valid, as text; empty for a mail without a link.
    package var link: String
    /// The trace of the request that caused it; nil if there was none.
    package var trace: Trace?

    package init(
        id: String, to: EmailAddress, template: Template, state: State = .queued, attempts: Int = 0, nextAttemptAt: Timestamp?,
        lastReply: String = "", eventID: String?, requestID: String, createdAt: Timestamp,
        name: String = "", company: String = "", content: String = "", link: String = "", copyOf: String? = nil, trace: Trace? = nil,
        userID: String? = nil
    ) {
        self.id = id
        self.to = to
        domain = String(to.domain)
        self.template = template
        self.state = state
        self.attempts = attempts
        self.nextAttemptAt = nextAttemptAt
        self.lastReply = lastReply
        self.eventID = eventID
        self.requestID = requestID
        self.createdAt = createdAt
        self.name = name
        self.company = company
        self.content = content
        self.link = link
        self.copyOf = copyOf
        self.trace = trace
        self.userID = userID
    }

    /// Whether it is due so late that nobody waits for it: a restore holds mails like that until somebody retries them.
    package var isHeld: Bool {
        state == .queued && nextAttemptAt.map { $0 > createdAt + .seconds(50 * 365 * 86_400) } ?? false
    }

    /// The left part of the Message-ID. It is the same whenever this mail is sent, and another one for a mail that repeats it: whoever reads
    /// it must not take that for a duplicate.
    package var messageKey: String { copyOf == nil ? eventID ?? id : id }

    /// The event that has no other mail than this one; nil for a mail that may be one of several.
    package var onlyMailOf: String? { copyOf == nil ? eventID : nil }
}
