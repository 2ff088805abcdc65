/// Something that tokens issued earlier are no longer valid for.
package struct Revocation: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        case session(String)
        case token(String)
        /// All access tokens of a user whose sessions began at or before it, except those of one session.
        ///
        /// When a session began is told by its ID, by the clock of a service. If a change ends a session that seems to have begun after
        /// the change, because that clock was ahead, the store records a revocation of that session, too.
        case user(String, exceptSession: String?)
    }

    package var subject: Subject
    /// By the caller's clock: as long ago as it was by the store's.
    package var at: Timestamp

    package init(subject: Subject, at: Timestamp) {
        self.subject = subject
        self.at = at
    }
}

/// All revocations that may still concern a valid token.
package struct Revocations: Hashable, Sendable {
    /// Changes whenever they do.
    package var mark: String
    package var all: [Revocation]

    package init(mark: String, all: [Revocation]) {
        self.mark = mark
        self.all = all
    }
}
