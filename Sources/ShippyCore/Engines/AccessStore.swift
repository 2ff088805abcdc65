/// A durable store of who may do what: accounts, sessions, tokens and signing keys.
///
/// A change and its audit entry share a transaction. The entry of a change that was not made is not recorded. When a method
/// that changes something returns, the change is on disk. Every method throws ``ShippyError`` `.unavailable` within a bounded time
/// while the store cannot be reached or written, and works again once it can.
///
/// The expiry of sessions and tokens and the age of revocations are measured by the store's own clock, so that processes with
/// different clocks agree. The times in arguments and results are by the caller's clock: they are taken relative to now, so they
/// may come back a few milliseconds off.
///
/// A change that is given an ``Authority`` throws `.unauthenticated`, and changes nothing, if the authority is not valid at the moment of
/// the change: whoever ended it can rely on that as soon as their own call has returned.
package protocol AccessStore: Sendable {
    // MARK: Accounts

    func account(id: String) async throws -> Account?

    /// Finds an account by e-mail address, ignoring case.
    func account(email: String) async throws -> Account?

    /// Accounts with IDs after `cursor`, in ID order, which is the order of creation.
    func accounts(after cursor: String?, limit: Int) async throws -> [Account]

    /// Replaces an account, except for the time of its creation, publishes the events (or adds them to the outbox, as
    /// ``UserStore/insert(_:)`` does), and ends sessions, in one transaction.
    ///
    /// - Returns: the account with its new revision; nil, and nothing changes, if there is no such user or the revision is not the
    ///   current one.
    /// - Throws: `.conflict` if another user has the e-mail address, or without the other administrator whom the change needs.
    func update(_ update: AccountUpdate) async throws -> Account?

    /// Records a call that changes no account and, in the same transaction, publishes its event (or adds it to the outbox).
    ///
    /// It is one commit with an event and without one, so that the wait for the disk does not tell a stranger whether there was one.
    func announce(_ event: OutgoingEvent?, audit: AuditEntry) async throws

    // MARK: Sessions

    /// Begins a session. The store sets ``Session/counterSince``.
    ///
    /// - Parameters:
    ///   - revision: the revision of the account whose password was verified. A login that a change of the password overtakes must
    ///     not outlive the sessions that the change ended. nil if it does not matter.
    ///   - event: announces the login; nil if logins are not announced.
    /// - Returns: false, and nothing changes, if the user has been deleted or disabled meanwhile, or has another revision.
    func insertSession(_ session: Session, ifRevision revision: Int64?, event: OutgoingEvent?, audit: AuditEntry?) async throws -> Bool

    /// Uses a refresh token. Concurrent calls share a commit; of those with the same token, exactly one advances the session.
    /// ``SessionRefresh/decision(for:of:at:)`` decides. A session that is advanced gets the address and the time of expiry.
    ///
    /// - Throws: `.overloaded` at once when too many calls are waiting. A cancelled task still waits, and the session may be
    ///   advanced.
    func refresh(_ refresh: SessionRefresh) async throws -> SessionRefresh.Outcome

    /// - Returns: nil if the session has ended or expired.
    func session(id: String) async throws -> Session?

    /// Sessions with IDs after `cursor` that have not expired, in ID order, which is the order of creation.
    /// - Parameter userID: nil for those of all users.
    func sessions(ofUser userID: String?, after cursor: String?, limit: Int) async throws -> [ListedSession]

    /// Ends sessions and revokes their access tokens.
    /// - Returns: the IDs of those that had neither ended nor expired before.
    func endSessions(_ ids: [String], ifValid authority: Authority?, audit: AuditEntry?) async throws -> [String]

    /// Ends all sessions of a user and revokes all access tokens issued to the user so far, even if no session is left.
    /// - Returns: how many there were that had not expired.
    func endSessions(ofUser userID: String, ifValid authority: Authority?, audit: AuditEntry?) async throws -> Int

    // MARK: Tokens for programs

    func insertToken(_ token: APIToken, ifValid authority: Authority?, audit: AuditEntry?) async throws

    func token(id: String) async throws -> APIToken?

    /// Tokens with IDs after `cursor`, in ID order, expired ones included until they are swept.
    func tokens(after cursor: String?, limit: Int) async throws -> [APIToken]

    /// Deletes a token and revokes it.
    /// - Returns: false if there is no such token.
    func endToken(id: String, ifValid authority: Authority?, audit: AuditEntry?) async throws -> Bool

    /// Records when tokens were last used. Earlier times than the recorded one change nothing.
    func markTokensUsed(_ times: [String: Timestamp]) async throws

    // MARK: Revocations

    /// The revocations of the last ``revocationTime``, and perhaps older ones that have not been swept yet. Costs little if nothing
    /// has changed, so that every process may call it once a second.
    /// - Returns: nil if they have not changed since `mark` was returned. A transaction that commits late is a change.
    func revocations(ifChangedSince mark: String?) async throws -> Revocations?

    // MARK: Signing keys

    /// All keys in the order of their creation. Their times are stored as they are: the store does not compare them.
    func signingKeys() async throws -> StoredSigningKeys

    /// Replaces all keys.
    /// - Returns: false, and nothing changes, if `revision` is not the current one.
    func replaceSigningKeys(
        _ keys: [StoredSigningKey], ifRevision revision: Int64, ifValid authority: Authority?, audit: AuditEntry?
    ) async throws -> Bool
}

extension AccessStore {
    /// How long a revocation is kept: longer than any access token is valid, with room for clocks that differ.
    package static var revocationTime: Duration { .seconds(30 * 60) }
}
