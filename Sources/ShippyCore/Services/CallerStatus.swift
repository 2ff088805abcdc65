/// Who makes a call, as the service tells them.
package struct CallerStatus: Hashable, Sendable {
    /// As in ``AuditEntry/actor``.
    package var actor: String
    package var role: AccessRole
    /// A user's e-mail address or the name of a program's token; empty for others.
    package var name: String
    /// When the user's session or the program's token expires; nil if never, or for other callers.
    package var expiresAt: Timestamp?

    package init(actor: String, role: AccessRole, name: String = "", expiresAt: Timestamp? = nil) {
        self.actor = actor
        self.role = role
        self.name = name
        self.expiresAt = expiresAt
    }
}
