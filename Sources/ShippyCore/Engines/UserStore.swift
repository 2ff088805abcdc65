/// A user to store, with everything that belongs in the same transaction.
package struct NewUser: Sendable {
    /// The action if the e-mail address already exists.
    package enum Conflict: Sendable {
        /// Fail with `.conflict`.
        case refuse
        /// Return the existing user and write nothing.
        case keepExisting
    }

    package var user: User
    package var passwordHash: String?
    /// The event that announces the user.
    package var event: OutgoingEvent
    package var idempotency: IdempotencyKey?
    package var onConflict: Conflict
    /// The ID of the request, for the audit fields.
    package var requestID: String
    /// Who creates the user, as in ``AuditEntry/actor``; empty for an anonymous caller.
    package var createdBy: String
    /// Recorded if the user is created; nil for an anonymous caller.
    package var audit: AuditEntry?
    /// As in ``UserOrigin/stored``.
    package var origin: String
    /// What is not as for every new user; nil for nearly all. ``user`` and ``passwordHash`` have it, too, as far as it is about them.
    package var kept: KeptUser?

    package init(
        user: User, passwordHash: String?, event: OutgoingEvent, idempotency: IdempotencyKey?, onConflict: Conflict, requestID: String,
        createdBy: String = "", audit: AuditEntry? = nil, origin: String = "", kept: KeptUser? = nil
    ) {
        self.user = user
        self.passwordHash = passwordHash
        self.event = event
        self.idempotency = idempotency
        self.onConflict = onConflict
        self.requestID = requestID
        self.createdBy = createdBy
        self.audit = audit
        self.origin = origin
        self.kept = kept
    }

    /// The outcome if this user exists already: somebody has the e-mail address or, if the ID is kept, the ID.
    package func outcome(existing: UserRecord) -> Result<StoredUser, ShippyError> {
        guard existing.user.email.isSame(as: user.email) else {
            return .failure(ShippyError(.conflict, "a user with the ID \(user.id) and another e-mail address already exists", field: "id"))
        }
        guard onConflict == .keepExisting else { return .failure(.taken(user.email)) }
        let differences = [
            (kept?.id != nil && kept?.id != existing.id, "ID"), (kept?.role != nil && kept?.role != existing.role, "role"),
            (kept?.state != nil && kept?.state != existing.state, "state"),
        ].filter(\.0).map(\.1)
        if let first = differences.first {
            let email = user.email.description.quoted(limit: 80)
            return .failure(
                ShippyError(.conflict, "a user with the e-mail address \(email) but a different \(first) already exists", field: "email"))
        }
        return .success(StoredUser(user: existing.user, isNew: false))
    }
}

/// A client's name for one creation. Repeating a request with the same key does not create another user.
package struct IdempotencyKey: Hashable, Sendable {
    package var key: String
    /// The contents of the request, except the password. A different request with the same key is an error.
    package var fingerprint: String

    package init(key: String, fingerprint: String) {
        self.key = key
        self.fingerprint = fingerprint
    }
}

/// The result of one creation.
package struct StoredUser: Hashable, Sendable {
    package var user: User
    /// False if the user existed before: an idempotency key was used again, or `.keepExisting` found the user.
    package var isNew: Bool
    /// Set if the idempotency key was used before. The caller must compare the passwords of both requests and refuse the second
    /// one if they differ. The store cannot compare them, because each hash has its own salt.
    package var repeats: FirstRequest?
    /// The sequence of its event on the bus, if the commit that stored the user also published it.
    package var eventSequence: Int64?

    package init(user: User, isNew: Bool, repeats: FirstRequest? = nil, eventSequence: Int64? = nil) {
        self.user = user
        self.isNew = isNew
        self.repeats = repeats
        self.eventSequence = eventSequence
    }
}

/// The part of the first request with an idempotency key that is not in its fingerprint.
package struct FirstRequest: Hashable, Sendable {
    /// Nil if the user was created without a password.
    package var passwordHash: String?

    package init(passwordHash: String?) {
        self.passwordHash = passwordHash
    }
}

/// A durable store of users.
///
/// Every method throws ``ShippyError`` `.unavailable` within a bounded time while the store cannot be reached or written (for
/// example, because the disk is full), and works again once it can.
package protocol UserStore: Sendable {
    /// Stores users, each with its event and its audit entry, in as few transactions as possible. The same commit publishes the
    /// event, or adds it to the store's outbox: see ``Store/outbox``. A new user has the role `user` and is not disabled, unless
    /// ``NewUser/kept`` says otherwise.
    ///
    /// When this returns, all successful results are on disk. Results have the order of `users`, and one user's failure does not
    /// affect the others: `.conflict` if the e-mail address already exists, ignoring case, or occurs earlier in the same call;
    /// or somebody else has the ID that is kept; `.invalid` if the idempotency key was used with a different request.
    ///
    /// - Parameter authority: as for ``AccessStore``: users may get roles.
    func insert(_ users: [NewUser], ifValid authority: Authority?) async throws -> [Result<StoredUser, ShippyError>]

    /// Stores one user who keeps nothing, as above, in a transaction shared with concurrent calls.
    ///
    /// - Throws: `.overloaded` at once when too many calls are waiting. A cancelled task still waits, and the user may be stored.
    func insert(_ user: NewUser) async throws -> StoredUser

    /// The outcome of an earlier request with this key, as ``insert(_:)-(NewUser)`` would return or throw it; nil if there was none.
    func earlier(_ idempotency: IdempotencyKey) async throws -> StoredUser?

    func user(id: String) async throws -> UserRecord?

    /// Finds a user by e-mail address, ignoring case.
    func user(email: String) async throws -> UserRecord?

    /// The users that match `filter` and come after the one with the ID `cursor`, in ID order, which is the order of creation, or from the
    /// newest on.
    func users(_ filter: UserFilter, after cursor: String?, limit: Int) async throws -> [UserRecord]

    /// E-mail addresses that begin with `prefix`, for shell completion.
    func emails(prefix: String, limit: Int) async throws -> [String]

    func userCount(_ filter: UserFilter) async throws -> Int

    /// Takes the index of users one step further: see ``UserIndexing``. Searches are right without it, but slower.
    ///
    /// - Parameter size: the number of users in a segment.
    /// - Returns: whether there may be more to do.
    func indexUsers(inSegmentsOf size: Int) async throws -> Bool

    /// Deletes a user, ends the user's sessions, revokes their access tokens, and publishes the event (or adds it to the outbox),
    /// in one transaction.
    ///
    /// - Parameters:
    ///   - revision: the account's revision that the decision is based on; nil if it does not matter.
    ///   - needsOtherAdmin: as in ``AccountUpdate``.
    /// - Returns: false, and nothing is published or recorded, if there is no such user, or the revision is not the current one.
    func deleteUser(
        id: String, ifRevision revision: Int64?, ifValid authority: Authority?, needsOtherAdmin: Bool, event: OutgoingEvent?, audit: AuditEntry?
    ) async throws -> Bool
}

extension UserStore {
    package func deleteUser(
        id: String, ifRevision revision: Int64?, ifValid authority: Authority?, event: OutgoingEvent?, audit: AuditEntry?
    ) async throws -> Bool {
        try await deleteUser(id: id, ifRevision: revision, ifValid: authority, needsOtherAdmin: false, event: event, audit: audit)
    }

    package func insert(_ users: [NewUser]) async throws -> [Result<StoredUser, ShippyError>] { try await insert(users, ifValid: nil) }

    package func userCount() async throws -> Int { try await userCount(.all) }

    package func indexUsers() async throws -> Bool { try await indexUsers(inSegmentsOf: UserSegment.size) }
}
