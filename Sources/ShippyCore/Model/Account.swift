/// A user with what a service has to know to let them in. It never leaves the service.
package struct Account: Hashable, Sendable {
    package var user: User
    package var role: AccessRole
    package var isDisabled: Bool
    /// Whether the user has shown, by a link in a mail, that they get mail at their present address.
    package var isConfirmed: Bool
    /// nil for a user who has no password and cannot log in with one.
    package var passwordHash: String?
    /// Grows with every change. A change names the revision that it is based on.
    package var revision: Int64

    package init(user: User, role: AccessRole, isDisabled: Bool, isConfirmed: Bool = false, passwordHash: String?, revision: Int64) {
        self.user = user
        self.role = role
        self.isDisabled = isDisabled
        self.isConfirmed = isConfirmed
        self.passwordHash = passwordHash
        self.revision = revision
    }

    package var isActiveAdmin: Bool { role == .admin && !isDisabled }
}

/// A change of one account, with everything that belongs in the same transaction.
package struct AccountUpdate: Sendable {
    /// The account after the change, but with the revision that the change is based on.
    package var account: Account
    package var authority: Authority?
    /// The events that announce the change; none for a change that concerns nobody, such as a hash of another cost.
    package var events: [OutgoingEvent]
    package var audit: AuditEntry?
    /// Which of the user's sessions end with the change.
    package var ends: EndedSessions
    /// Whether somebody else must be an administrator who is not disabled: for those who give up being one.
    package var needsOtherAdmin: Bool

    package enum EndedSessions: Hashable, Sendable {
        case none
        /// All, and every access token issued before the change, except those of the session named.
        case all(except: String?)
    }

    package init(
        account: Account, authority: Authority? = nil, events: [OutgoingEvent] = [], audit: AuditEntry?, ends: EndedSessions = .none,
        needsOtherAdmin: Bool = false
    ) {
        self.account = account
        self.authority = authority
        self.events = events
        self.audit = audit
        self.ends = ends
        self.needsOtherAdmin = needsOtherAdmin
    }
}
