/// A user as those see them who decide who may do what: with role and state, without the password's hash.
package struct UserRecord: Hashable, Sendable {
    package var user: User
    /// nil if the service does not tell, or tells one that is not known here.
    package var role: AccessRole?
    /// nil where the role is, or for a state that is not known here.
    package var state: UserState?

    /// Whether the user has confirmed their address; nil if the service does not tell.
    package var isConfirmed: Bool?

    package init(user: User, role: AccessRole?, state: UserState?, isConfirmed: Bool? = nil) {
        self.user = user
        self.role = role
        self.state = state
        self.isConfirmed = isConfirmed
    }

    package init(_ account: Account) {
        self.init(user: account.user, role: account.role, state: UserState(isDisabled: account.isDisabled), isConfirmed: account.isConfirmed)
    }

    package var id: String { user.id }
}
