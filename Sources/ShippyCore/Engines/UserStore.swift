/// A user to be stored, with everything that belongs into the same transaction.
package struct NewUser: Sendable {
    /// What happens when the e-mail address is taken.
    package enum Conflict: Sendable {
        /// The creation fails with `.conflict`.
        case refuse
        /// The user who is there is the outcome; nothing is written.
        case keepExisting
    }

    package var user: User
    package var passwordHash: String?
    /// The event that follows from the user.
    package var event: OutgoingEvent
    package var idempotency: IdempotencyKey?
    package var onConflict: Conflict
    /// Who asked, for the audit fields.
    package var requestID: String

    package init(
        user: User, passwordHash: String?, event: OutgoingEvent, idempotency: IdempotencyKey?, onConflict: Conflict, requestID: String
    ) {
        self.user = user
        self.passwordHash = passwordHash
        self.event = event
        self.idempotency = idempotency
        self.onConflict = onConflict
        self.requestID = requestID
    }
}

/// A client's name for one creation, so that asking again never creates again.
package struct IdempotencyKey: Hashable, Sendable {
    package var key: String
    /// What was asked for, but for the password: the same key with another request is a mistake.
    package var fingerprint: String

    package init(key: String, fingerprint: String) {
        self.key = key
        self.fingerprint = fingerprint
    }
}

/// The outcome of one creation.
package struct StoredUser: Hashable, Sendable {
    package var user: User
    /// False when the user was there before: an idempotency key was used again, or `.keepExisting` found one.
    package var isNew: Bool
    /// Set when the idempotency key had been used before: the caller must compare the passwords of both requests, and refuse
    /// the second one when they differ. The store cannot do it: a hash differs each time.
    package var repeats: FirstRequest?
    /// The sequence of its event on the bus, where the commit that stored the user has published it.
    package var eventSequence: Int64?

    package init(user: User, isNew: Bool, repeats: FirstRequest? = nil, eventSequence: Int64? = nil) {
        self.user = user
        self.isNew = isNew
        self.repeats = repeats
        self.eventSequence = eventSequence
    }
}

/// What is known of the request that an idempotency key was used for first, beyond its fingerprint.
package struct FirstRequest: Hashable, Sendable {
    /// Nil when the user was created without a password.
    package var passwordHash: String?

    package init(passwordHash: String?) {
        self.passwordHash = passwordHash
    }
}

/// Users, durable.
///
/// Every method throws ``ShippyError`` `.unavailable` while the store cannot be reached or cannot be written (a full
/// disk included), within a bounded time, and works again by itself afterwards.
package protocol UserStore: Sendable {
    /// Stores users, each with its event, in as few transactions as possible. The event is published by the same commit, or
    /// waits in the store's outbox: see ``Store/outbox``.
    ///
    /// When this returns, everything that succeeded is on disk. Outcomes come in the order of `users`; one user's
    /// failure leaves the others alone: `.conflict` when the e-mail address is taken (without regard to case, also by an
    /// earlier one of the same call), `.invalid` when an idempotency key came with another request before.
    func insert(_ users: [NewUser]) async throws -> [Result<StoredUser, ShippyError>]

    /// Stores one user, as above, in a transaction that it shares with others that come at the same time.
    ///
    /// - Throws: `.overloaded` at once when too many wait. A task that is cancelled waits all the same: the user may be stored.
    func insert(_ user: NewUser) async throws -> StoredUser

    func user(id: String) async throws -> User?

    /// Without regard to the case of the address.
    func user(email: String) async throws -> User?

    /// Users in the order of their ids, which is that of their creation, after the one with id `cursor`.
    func users(after cursor: String?, limit: Int) async throws -> [User]

    /// E-mail addresses that begin with `prefix`, for completion.
    func emails(prefix: String, limit: Int) async throws -> [String]

    func userCount() async throws -> Int

    /// - Returns: false when there is no such user.
    func deleteUser(id: String) async throws -> Bool
}
