/// A client's request to create a user.
package struct CreateUser: Hashable, Sendable {
    /// The most passwords per call. Hashing one takes a quarter of a second at the default cost, and other callers wait
    /// meanwhile.
    package static let passwordsPerCall = 32

    package var email: String
    package var name: String
    package var company: String
    package var password: String?
    package var idempotencyKey: String?
    /// False for an import without welcome mails.
    package var welcome: Bool
    package var onConflict: NewUser.Conflict
    /// For users of another installation, or of an export of this one. Creating a user with a larger role takes an admin.
    package var kept: KeptUser

    package init(
        email: String, name: String = "", company: String = "", password: String? = nil, idempotencyKey: String? = nil,
        welcome: Bool = true, onConflict: NewUser.Conflict = .refuse, kept: KeptUser = KeptUser()
    ) {
        self.email = email
        self.name = name
        self.company = company
        self.password = password
        self.idempotencyKey = idempotencyKey
        self.welcome = welcome
        self.onConflict = onConflict
        self.kept = kept
    }
}

/// The client's view of a creation: a ``StoredUser`` without internal data.
package struct CreatedUser: Hashable, Sendable {
    package var user: User
    /// False if the user already existed.
    package var isNew: Bool

    package init(user: User, isNew: Bool) {
        self.user = user
        self.isNew = isNew
    }
}

/// The users service, in this process or over a connection.
package protocol UsersAPI: Sendable {
    /// Creates users. Results have the order of the requests, and one failure does not affect the others.
    ///
    /// Passwords beyond ``CreateUser/passwordsPerCall`` are refused with `.tooLarge`.
    /// - Parameter requestID: identifies the creation in logs, event and mail, wherever the service runs.
    /// - Throws: `.unavailable` or `.overloaded` when no request can be carried out now. Users with an idempotency key can be
    ///   requested again without creating them twice.
    func create(_ requests: [CreateUser], requestID: String) async throws -> [Result<CreatedUser, ShippyError>]

    /// The user with this ID or e-mail address. A bare name is completed as in ``create(_:requestID:)``.
    /// - Throws: `.notFound`.
    func user(_ idOrEmail: String) async throws -> UserRecord

    /// A page of the users that match `filter` and come after the one with the ID `cursor`, in the filter's order.
    func users(_ filter: UserFilter, after cursor: String?, limit: Int) async throws -> [UserRecord]

    func userCount(_ filter: UserFilter) async throws -> Int

    /// Changes a user and publishes the event of the change.
    ///
    /// - Parameter revision: the revision that the change is based on; nil for any.
    /// - Throws: `.notFound`; `.outdated` if the user has another revision; `.conflict` if the e-mail address is taken, or the user is
    ///   changed by many others at once.
    func change(_ idOrEmail: String, _ change: UserChange, ifRevision revision: Int64?, requestID: String) async throws -> UserRecord

    /// - Parameter revision: the revision that the decision is based on; nil for any.
    /// - Throws: `.notFound`; `.outdated` if the user has another revision.
    func delete(_ idOrEmail: String, ifRevision revision: Int64?, requestID: String) async throws -> User
}

extension UsersAPI {
    package func change(_ idOrEmail: String, _ change: UserChange, requestID: String) async throws -> UserRecord {
        try await self.change(idOrEmail, change, ifRevision: nil, requestID: requestID)
    }

    package func delete(_ idOrEmail: String, requestID: String) async throws -> User {
        try await delete(idOrEmail, ifRevision: nil, requestID: requestID)
    }
}
