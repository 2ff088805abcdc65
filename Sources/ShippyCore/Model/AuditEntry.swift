/// Who did what to whom, from where, when, and with what outcome. It never contains a secret.
package struct AuditEntry: Hashable, Sendable {
    /// A UUID of version 7, in the order of time.
    package var id: String
    package var at: Timestamp
    /// Who: `user:ID`, `token:ID`, `certificate:NAME`, `owner`, or `anonymous`.
    package var actor: String
    /// The caller's IP address; empty for a command that works on the store itself.
    package var address: String
    /// What, such as `user.disable`.
    package var action: String
    /// To whom or what, such as `user:ID`; empty if there is nothing to name.
    package var target: String
    /// `ok`, or why it was refused.
    package var outcome: String
    package var requestID: String

    package init(
        id: String, at: Timestamp, actor: String, address: String, action: String, target: String, outcome: String, requestID: String
    ) {
        self.id = id
        self.at = at
        self.actor = actor
        self.address = address
        self.action = action
        self.target = target
        self.outcome = outcome
        self.requestID = requestID
    }
}
