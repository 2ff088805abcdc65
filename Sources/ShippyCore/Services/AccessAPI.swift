/// A login as its client gets it.
package struct Login: Hashable, Sendable {
    package var accessToken: String
    /// How long the access token is valid.
    package var expiresIn: Duration
    /// Gets the next access token. The one before it works once more, in case this answer is lost.
    package var refreshToken: String
    package var user: User
    package var role: AccessRole

    package init(accessToken: String, expiresIn: Duration, refreshToken: String, user: User, role: AccessRole) {
        self.accessToken = accessToken
        self.expiresIn = expiresIn
        self.refreshToken = refreshToken
        self.user = user
        self.role = role
    }
}

/// A token for a program, on its creation: the only time that it is shown.
package struct CreatedToken: Hashable, Sendable {
    package var token: APIToken
    package var text: String

    package init(token: APIToken, text: String) {
        self.token = token
        self.text = text
    }
}

/// What is known of a signing key outside the service.
package struct SigningKeyStatus: Hashable, Sendable {
    package enum State: String, CaseIterable, Sendable {
        /// Published, so that verifiers know it before it signs.
        case standby
        /// Signs new tokens.
        case signing
        /// Verifies the tokens that it has signed, until the last of them has run out.
        case retired
    }

    /// The `kid` of its tokens.
    package var id: String
    package var state: State
    package var createdAt: Timestamp
    /// When it began to sign, or will; nil if that is not planned.
    package var signsFrom: Timestamp?
    /// Until when its tokens are accepted; nil if that is not planned.
    package var retiresAt: Timestamp?

    package init(id: String, state: State, createdAt: Timestamp, signsFrom: Timestamp?, retiresAt: Timestamp?) {
        self.id = id
        self.state = state
        self.createdAt = createdAt
        self.signsFrom = signsFrom
        self.retiresAt = retiresAt
    }
}

/// Who may do what: logins, sessions, tokens, keys, roles and the audit log, in this process or over a connection.
///
/// Every method throws ``ShippyError``: `.unauthenticated` if the caller is not known or their right has ended, and `.unavailable` or
/// `.overloaded` if it cannot be carried out now. Over a connection, also `.forbidden` if their role is too small.
package protocol AccessAPI: Sendable {
    // MARK: Logging in

    /// - Parameter client: the client's description of itself, shown in the list of sessions.
    /// - Throws: `.unauthenticated` for a wrong password, and in the same words and time for a user that does not exist or is
    ///   disabled; `.limited` with a wait after too many wrong ones.
    func logIn(email: String, password: String, client: String, requestID: String) async throws -> Login

    /// - Throws: `.unauthenticated` if the session has ended.
    func refresh(_ refreshToken: String, requestID: String) async throws -> Login

    /// Ends the session of a refresh token. A token of a session that has ended already is accepted.
    func logOut(_ refreshToken: String, requestID: String) async throws

    // MARK: Links in mails

    /// Mails a link to whoever has this address, if there is such a user and they can use it. Nothing tells whether that is so.
    ///
    /// - Throws: `.limited` with a wait for a client that has asked too often.
    func requestLink(_ purpose: LinkPurpose, for email: String, requestID: String) async throws

    /// Mails a link to a user.
    ///
    /// - Parameter user: an ID or e-mail address.
    /// - Returns: the user.
    /// - Throws: `.notFound`; `.conflict` for a user who could not use it: they are disabled, or their address is confirmed already;
    ///   `.limited` with a wait for users who have asked too often for themselves.
    func mailLink(_ purpose: LinkPurpose, to user: String, requestID: String) async throws -> User

    /// Who makes this call.
    /// - Throws: `.unauthenticated` for an anonymous caller.
    func whoAmI() async throws -> CallerStatus

    // MARK: Sessions

    /// - Parameter user: an ID or e-mail address; nil for the sessions of all users.
    func sessions(of user: String?, after cursor: String?, limit: Int) async throws -> [ListedSession]

    /// - Returns: the IDs of those that had not ended before.
    func endSessions(_ ids: [String], requestID: String) async throws -> [String]

    /// - Returns: how many there were.
    func endSessions(of user: String, requestID: String) async throws -> Int

    // MARK: Tokens for programs

    /// - Parameter lifetime: nil for a token that does not expire.
    func createToken(name: String, role: AccessRole, lifetime: Duration?, requestID: String) async throws -> CreatedToken

    func tokens(after cursor: String?, limit: Int) async throws -> [APIToken]

    /// - Throws: `.notFound`.
    func endToken(_ id: String, requestID: String) async throws

    // MARK: Keys

    func signingKeys() async throws -> [SigningKeyStatus]

    /// Lets the key on standby sign, as soon as verifiers can know it, and makes a new one.
    func rotateKeys(requestID: String) async throws -> [SigningKeyStatus]

    /// Removes a key at once. All tokens that it has signed are refused.
    /// - Throws: `.notFound`.
    func revokeKey(_ id: String, requestID: String) async throws -> [SigningKeyStatus]

    // MARK: Audit

    /// Entries as ``AuditLog`` lists them.
    /// - Throws: `.invalid` for an action or an outcome that does not exist.
    func auditEntries(_ filter: AuditFilter, _ page: AuditPage, limit: Int) async throws -> [AuditEntry]
}

extension AccessAPI {
    /// Entries with IDs after `cursor`, oldest first.
    package func auditEntries(_ filter: AuditFilter, after cursor: String?, limit: Int) async throws -> [AuditEntry] {
        try await auditEntries(filter, .after(cursor), limit: limit)
    }
}
