/// A user as those see them who decide who may do what: with role and state, without the password's hash.
package struct UserRecord: Hashable, Sendable {
    package var user: User
    /// nil if the service does not tell, or tells one that is not known here.
    package var role: AccessRole?
    /// nil where the role is, or for a state that is not known here.
    package var state: UserState?

    /// Whether the user has confirmed their address; nil if the service does not tell.
    package var isConfirmed: Bool?

    /// As in ``Account/revision``; nil if the service does not tell.
    package var revision: Int64?

    package init(user: User, role: AccessRole?, state: UserState?, isConfirmed: Bool? = nil, revision: Int64? = nil) {
        self.user = user
        self.role = role
        self.state = state
        self.isConfirmed = isConfirmed
        self.revision = revision
    }

    package init(_ account: Account) {
        self.init(
            user: account.user, role: account.role, state: UserState(isDisabled: account.isDisabled), isConfirmed: account.isConfirmed,
            revision: account.revision)
    }

    package var id: String { user.id }
}
