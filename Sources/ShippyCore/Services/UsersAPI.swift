/// A creation as a client asks for it.
package struct CreateUser: Sendable {
    /// The most passwords of one call: hashing one takes a quarter of a second at the default cost, and others wait for their turn.
    package static let passwordsPerCall = 32

    package var email: String
    package var name: String
    package var company: String
    package var password: String?
    package var idempotencyKey: String?
    /// False for an import that mails nobody.
    package var welcome: Bool
    package var onConflict: NewUser.Conflict

    package init(
        email: String, name: String = "", company: String = "", password: String? = nil, idempotencyKey: String? = nil,
        welcome: Bool = true, onConflict: NewUser.Conflict = .refuse
    ) {
        self.email = email
        self.name = name
        self.company = company
        self.password = password
        self.idempotencyKey = idempotencyKey
        self.welcome = welcome
        self.onConflict = onConflict
    }
}

/// The outcome of a creation, as a client learns it: of a ``StoredUser`` without what the service alone may know.
package struct CreatedUser: Hashable, Sendable {
    package var user: User
    /// False when the user was there before.
    package var isNew: Bool

    package init(user: User, isNew: Bool) {
        self.user = user
        self.isNew = isNew
    }
}

/// The users service, in this process or behind a connection.
package protocol UsersAPI: Sendable {
    /// Creates users; outcomes come in the order of the requests, and one failure leaves the others alone.
    ///
    /// Of more than ``CreateUser/passwordsPerCall`` passwords, the call refuses those that are too many, with `.tooLarge`.
    /// - Parameter requestID: goes with the creation through logs, event and mail, wherever the service is.
    func create(_ requests: [CreateUser], requestID: String) async throws -> [Result<CreatedUser, ShippyError>]

    /// The user with this id, or with this e-mail address if it has an `@`.
    /// - Throws: `.notFound`.
    func user(_ idOrEmail: String) async throws -> User

    /// A page of users after the one with id `cursor`, in the order of their ids.
    func users(after cursor: String?, limit: Int) async throws -> [User]

    /// - Throws: `.notFound`.
    func delete(_ idOrEmail: String) async throws -> User
}
