/// What a new user keeps of an earlier life, in this installation or another one. What is nil is as for every new user.
package struct KeptUser: Hashable, Sendable {
    /// A UUID of version 7, in lower case: the order of users is that of their IDs.
    package var id: String?
    package var createdAt: Timestamp?
    /// A bcrypt hash of the user's password.
    package var passwordHash: String?
    package var role: AccessRole?
    package var state: UserState?
    /// Whether the user has confirmed their address.
    package var isConfirmed: Bool?

    package init(
        id: String? = nil, createdAt: Timestamp? = nil, passwordHash: String? = nil, role: AccessRole? = nil, state: UserState? = nil,
        isConfirmed: Bool? = nil
    ) {
        self.id = id
        self.createdAt = createdAt
        self.passwordHash = passwordHash
        self.role = role
        self.state = state
        self.isConfirmed = isConfirmed
    }

    package var isEmpty: Bool { self == KeptUser() }

    /// Whether it gives the user a right that not every new user has.
    package var isPrivileged: Bool { role.map { $0 > .user } ?? false }

    /// How long an ID may be ahead of this machine's clock, and of its user's `created_at`.
    private static let tolerance = Duration.seconds(300)

    /// When a user with this ID was created.
    ///
    /// - Throws: ``ShippyError`` `.invalid` if the ID or the times do not fit: lists and searches by time go by the ID.
    package func creationTime(at now: Timestamp) throws(ShippyError) -> Timestamp {
        guard let id else {
            guard createdAt == nil else {
                throw ShippyError(.invalid, "created_at can be kept only together with the ID", field: "created_at")
            }
            return now
        }
        guard let made = UUIDv7.strictTime(id) else {
            throw ShippyError(.invalid, "the ID is not a UUID of version 7, which shippy's users have: import the user without it", field: "id")
        }
        guard made <= now + Self.tolerance else {
            throw ShippyError(.invalid, "the ID was made in the future, at \(made): check the clock, or import the user without the ID", field: "id")
        }
        guard let createdAt else { return made }
        guard createdAt <= made, made <= createdAt + .seconds(86_400) else {
            throw ShippyError(
                .invalid, "created_at does not fit the ID, which was made at \(made): leave created_at out, or import the user without the ID",
                field: "created_at")
        }
        return createdAt
    }
}
