/// Who did what to whom, from where, when, and with what outcome. It never contains a secret.
package struct AuditEntry: Hashable, Sendable {
    /// A UUID of version 7, in the order of time.
    package var id: String
    package var at: Timestamp
    /// Who: `user:ID`, `token:ID`, `certificate:NAME`, `owner`, `service`, or `anonymous`.
    package var actor: String
    /// The caller's IP address; empty for a command that works on the store itself.
    package var address: String
    /// One of ``AuditAction``, such as `user.disable`. Other releases may have others.
    package var action: String
    /// To whom or what, such as `user:ID`; empty if there is nothing to name.
    package var target: String
    /// One of ``AuditOutcome``.
    package var outcome: String
    package var requestID: String
    /// What the action alone does not say, such as `role=admin`; empty if there is nothing to add.
    package var detail: String

    package init(
        id: String, at: Timestamp, actor: String, address: String, action: String, target: String, outcome: String, requestID: String,
        detail: String = ""
    ) {
        self.id = id
        self.at = at
        self.actor = actor
        self.address = address
        self.action = action
        self.target = target
        self.outcome = outcome
        self.requestID = requestID
        self.detail = detail
    }

    /// The entry about a session's user, with the session as its detail.
    package func about(_ session: Session) -> AuditEntry {
        var entry = self
        entry.target = "user:\(session.userID)"
        entry.detail = Self.detail(ofSession: session.id)
        return entry
    }

    package static func detail(ofSession id: String) -> String { "session=\(id)" }
}
