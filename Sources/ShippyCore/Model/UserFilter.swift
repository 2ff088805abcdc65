/// Which users are listed: those that match every given part.
package struct UserFilter: Hashable, Sendable {
    package static let all = UserFilter()

    package var role: AccessRole?
    package var state: UserState?

    package init(role: AccessRole? = nil, state: UserState? = nil) {
        self.role = role
        self.state = state
    }

    package func matches(_ record: UserRecord) -> Bool {
        (role == nil || role == record.role) && (state == nil || state == record.state)
    }
}
