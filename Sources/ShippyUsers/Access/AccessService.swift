package import Logging
package import ShippyAccess
package import ShippyCore
package import ShippyEvents

/// Logins, sessions, tokens for programs, signing keys and the audit log, without a transport. It checks nobody's role: see
/// ``AccessCaller``.
package final class AccessService: Sendable {
    package struct Options: Sendable {
        /// The domain added to an address without one; nil rejects such an address.
        package var mailDomain: String?
        /// How long a session lasts after its last use.
        package var sessionLifetime: Duration
        /// Whether logins are published as `user.logged-in`.
        package var announcesLogins: Bool
        package var eventEncoding: EventEncoding
        /// The `ce-source` header of events.
        package var source: String

        package init(
            mailDomain: String?, sessionLifetime: Duration = .seconds(30 * 24 * 3600), announcesLogins: Bool = false,
            eventEncoding: EventEncoding = .json, source: String = "/shippy/users"
        ) {
            self.mailDomain = mailDomain
            self.sessionLifetime = sessionLifetime
            self.announcesLogins = announcesLogins
            self.eventEncoding = eventEncoding
            self.source = source
        }
    }

    /// The most characters kept of a client's description of itself.
    private static let clientLimit = 200
    private static let pageLimit = 1000
    private static let nameLimit = 100

    let store: any AccessStore & AuditLog
    let state: AccessState
    private let signer: AccessTokenSigner
    private let sharedSecret: SharedSecretTokens?
    private let hasher: PasswordHasher
    private let attempts: LoginAttempts
    private let lastWrite: LastWrite
    private let options: Options
    private let logger: Logger

    package init(
        store: any AccessStore & AuditLog, state: AccessState, signer: AccessTokenSigner, sharedSecret: SharedSecretTokens? = nil,
        hasher: PasswordHasher,
        attempts: LoginAttempts = LoginAttempts(), lastWrite: LastWrite = LastWrite(), options: Options, logger: Logger
    ) {
        self.store = store
        self.state = state
        self.signer = signer
        self.sharedSecret = sharedSecret
        self.hasher = hasher
        self.attempts = attempts
        self.lastWrite = lastWrite
        self.options = options
        self.logger = logger
    }

    // MARK: Logging in

    func logIn(email: String, password: String, client: String, by caller: Caller, requestID: String) async throws -> Login {
        let description = String(client.visiblyEscaped(limit: Self.clientLimit))
        return try await beginning({ try await account(email: email, password: password, by: caller, requestID: requestID) }) { account in
            let session = session(of: account, for: options.sessionLifetime, client: description, by: caller)
            // First, so that nobody is logged in without an answer.
            let login = try await login(account, session)
            let event =
                options.announcesLogins
                ? options.eventEncoding.event(
                    .loggedIn, of: account.user, at: session.createdAt, eventID: UUIDv7.next(at: session.createdAt), source: options.source,
                    requestID: requestID) : nil
            guard try await begin(session, of: account, event: event, by: caller, requestID: requestID) else { return nil }
            logger.info("logged in", metadata: [LogKey.requestID: "\(requestID)", LogKey.userID: "\(account.user.id)"])
            return login
        }
    }

    /// Begins a session, again from the start if the account was changed meanwhile: its password may be another one now.
    /// - Parameter body: returns nil if the account was changed.
    private func beginning<Value>(_ account: () async throws -> Account, _ body: (Account) async throws -> Value?) async throws -> Value {
        for _ in 0..<Self.loginAttempts {
            if let value = try await body(try await account()) { return value }
        }
        throw ShippyError(.overloaded, "the user is being changed by others: try again in a second", retryAfter: .seconds(1))
    }

    private static let loginAttempts = 5

    private func session(of account: Account, for lifetime: Duration, client: String, by caller: Caller) -> Session {
        let now = Timestamp.now
        return Session(
            id: UUIDv7.next(at: now), userID: account.user.id, createdAt: now, lastUsedAt: now, expiresAt: now + lifetime, counterSince: now,
            client: client, address: caller.address)
    }

    /// The account of somebody who knows its password. Unknown, disabled and known users take the same time and get the same answer.
    func account(email: String, password: String, by caller: Caller, requestID: String) async throws -> Account {
        let address = ClientAddress(caller.address)
        let account = try await find(email)
        let match = try await attempts.check(LoginAccount(email, mailDomain: options.mailDomain), from: address) { isFamiliar in
            let match = try await hasher.verify(password, against: account?.passwordHash, for: address, isFamiliar: isFamiliar)
            return account?.isDisabled == true ? .wrong : match
        }
        guard let account, case .right(let needsRehash) = match else {
            let refused = entry("user.login", of: account?.user.id, by: caller, requestID: requestID, outcome: "refused")
            try await store.record([refused])
            throw Self.wrongPassword
        }
        return needsRehash ? try await rehashed(account, password, address) : account
    }

    private func find(_ email: String) async throws -> Account? {
        guard let address = try? EmailAddress(email, defaultDomain: options.mailDomain) else { return nil }
        return try await store.account(email: address.description)
    }

    /// The account with a hash of the present cost. If others change it at the same time, the next login tries again.
    private func rehashed(_ account: Account, _ password: String, _ address: ClientAddress?) async throws -> Account {
        var changed = account
        changed.passwordHash = try await hasher.hash(password, for: address)
        return try await store.update(AccountUpdate(account: changed, event: nil, audit: nil)) ?? account
    }

    private static var wrongPassword: ShippyError {
        ShippyError(.unauthenticated, "the e-mail address or the password is wrong")
    }

    private func login(_ account: Account, _ session: Session) async throws -> Login {
        let access = try signer.issue(to: account.user, role: account.role, session: session.id, keys: try await state.currentKeys(), at: .now)
        return Login(
            accessToken: access.text, expiresIn: AccessToken.lifetime,
            refreshToken: try RefreshToken(session).text(state.secret), user: account.user,
            role: account.role)
    }

    /// A token for the tutorials' clients, in a session of its own: they know no refresh. It is signed with the shared secret if there is
    /// one, because then their services verify with that.
    func tutorialToken(email: String, password: String, by caller: Caller, requestID: String) async throws -> String {
        try await tutorialToken(by: caller, requestID: requestID) {
            try await account(email: email, password: password, by: caller, requestID: requestID)
        }
    }

    /// The same for a user who has just been created.
    func tutorialToken(forUser id: String, by caller: Caller, requestID: String) async throws -> String {
        try await tutorialToken(by: caller, requestID: requestID) {
            guard let account = try await store.account(id: id) else { throw Self.wrongPassword }
            return account
        }
    }

    private func tutorialToken(by caller: Caller, requestID: String, _ account: () async throws -> Account) async throws -> String {
        let lifetime = sharedSecret == nil ? AccessToken.lifetime : SharedSecretTokens.lifetime
        return try await beginning(account) { account in
            let session = session(of: account, for: lifetime, client: "a client of the tutorial", by: caller)
            let token =
                if let sharedSecret {
                    sharedSecret.issue(to: account.user, session: session.id, at: session.createdAt)
                } else {
                    try signer.issue(
                        to: account.user, role: account.role, session: session.id, keys: try await state.currentKeys(), at: session.createdAt
                    ).text
                }
            return try await begin(session, of: account, event: nil, by: caller, requestID: requestID) ? token : nil
        }
    }

    /// - Returns: false if the account has changed since it was read.
    private func begin(
        _ session: Session, of account: Account, event: OutgoingEvent?, by caller: Caller, requestID: String
    ) async throws -> Bool {
        try await lastWrite.observe {
            try await store.insertSession(
                session, ifRevision: account.revision, event: event,
                audit: entry("user.login", of: account.user.id, by: caller, requestID: requestID))
        }
    }

    func refresh(_ text: String, by caller: Caller, requestID: String) async throws -> Login {
        let token = try refreshToken(text)
        let refresh = SessionRefresh(
            sessionID: token.sessionID, counter: token.counter, expiresAt: .now + options.sessionLifetime, address: caller.address,
            auditIfReused: entry("session.reused", target: "session:\(token.sessionID)", by: caller, requestID: requestID))
        switch try await lastWrite.observe({ try await store.refresh(refresh) }) {
        case .advanced(let session), .repeated(let session):
            guard let account = try await store.account(id: session.userID), !account.isDisabled else { throw Self.ended }
            return try await login(account, session)
        case .ended:
            throw Self.ended
        case .reused:
            logger.warning(
                "an old refresh token was used: its session has been ended",
                metadata: [LogKey.requestID: "\(requestID)", LogKey.address: "\(caller.address)"])
            throw Self.ended
        }
    }

    private func refreshToken(_ text: String) throws -> RefreshToken {
        do { return try RefreshToken(verifying: text, state.secret) } catch { throw Self.ended }
    }

    private static var ended: ShippyError {
        ShippyError(.unauthenticated, "the session has ended: log in again")
    }

    func logOut(_ text: String, by caller: Caller, requestID: String) async throws {
        let token = try refreshToken(text)
        _ = try await lastWrite.observe {
            try await store.endSessions(
                [token.sessionID], audit: entry("user.logout", target: "session:\(token.sessionID)", by: caller, requestID: requestID))
        }
    }

    // MARK: Sessions

    func sessions(of user: String?, after cursor: String?, limit: Int) async throws -> [Session] {
        try await store.sessions(ofUser: user, after: cursor, limit: Self.checked(limit))
    }

    func endSessions(_ ids: [String], by caller: Caller, requestID: String) async throws -> [String] {
        let target = ids.count == 1 ? "session:\(ids[0])" : ""
        return try await lastWrite.observe {
            try await store.endSessions(ids, audit: entry("session.revoke", target: target, by: caller, requestID: requestID))
        }
    }

    func endSessions(ofUser id: String, by caller: Caller, requestID: String) async throws -> Int {
        try await lastWrite.observe {
            try await store.endSessions(ofUser: id, audit: entry("session.revoke", of: id, by: caller, requestID: requestID))
        }
    }

    // MARK: Tokens for programs

    func createToken(
        name: String, role: AccessRole, lifetime: Duration?, by caller: Caller, requestID: String
    ) async throws -> CreatedToken {
        guard (1...Self.nameLimit).contains(name.count), name.visiblyEscaped() == name else {
            throw ShippyError(.invalid, "token name \(name.quoted(limit: 80)) must have 1 to \(Self.nameLimit) printable characters", field: "name")
        }
        if let lifetime, lifetime <= .zero {
            throw ShippyError(.invalid, "a token must be valid for some time: use --expires 30d", field: "lifetime")
        }
        let now = Timestamp.now
        let text = APITokenText.make(at: now)
        let id = text.id
        let token = APIToken(
            id: id, name: name, role: role, hash: text.hash, createdBy: caller.actor, createdAt: now, expiresAt: lifetime.map { now + $0 })
        try await lastWrite.observe {
            try await store.insertToken(token, audit: entry("token.create", target: "token:\(id)", by: caller, requestID: requestID))
        }
        return CreatedToken(token: token, text: text.text)
    }

    func tokens(after cursor: String?, limit: Int) async throws -> [APIToken] {
        try await store.tokens(after: cursor, limit: Self.checked(limit))
    }

    func endToken(_ id: String, by caller: Caller, requestID: String) async throws {
        let wasThere = try await lastWrite.observe {
            try await store.endToken(id: id, audit: entry("token.revoke", target: "token:\(id)", by: caller, requestID: requestID))
        }
        guard wasThere else { throw ShippyError(.notFound, "no token \(id.quoted(limit: 80)): see `shippy token list`") }
    }

    // MARK: Keys

    /// The public halves of the signing keys, as a JWKS document.
    var jwks: [UInt8] {
        get throws { try state.keys.jwks }
    }

    func signingKeys() async throws -> [SigningKeyStatus] {
        SigningKeyStatus.all(try await store.signingKeys().keys, at: .now)
    }

    func rotateKeys(by caller: Caller, requestID: String) async throws -> [SigningKeyStatus] {
        let keys = try await state.changeKeys(audit: entry("key.rotate", target: "", by: caller, requestID: requestID)) {
            rotation, keys, now throws(ShippyError) in try rotation.rotated(rotation.swept(keys, at: now), at: now)
        }
        return SigningKeyStatus.all(keys, at: .now)
    }

    func revokeKey(_ id: String, by caller: Caller, requestID: String) async throws -> [SigningKeyStatus] {
        let keys = try await state.changeKeys(audit: entry("key.revoke", target: "key:\(id)", by: caller, requestID: requestID)) {
            rotation, keys, now throws(ShippyError) in try rotation.revoked(id, of: keys, at: now)
        }
        return SigningKeyStatus.all(keys, at: .now)
    }

    // MARK: Audit

    func auditEntries(_ filter: AuditFilter, after cursor: String?, limit: Int) async throws -> [AuditEntry] {
        try await store.auditEntries(filter, after: cursor, limit: Self.checked(limit))
    }

    private func entry(_ action: String, of user: String?, by caller: Caller, requestID: String, outcome: String = "ok") -> AuditEntry {
        entry(action, target: user.map { "user:\($0)" } ?? "", by: caller, requestID: requestID, outcome: outcome)
    }

    private func entry(_ action: String, target: String, by caller: Caller, requestID: String, outcome: String = "ok") -> AuditEntry {
        AuditEntry(action, target: target, by: caller, requestID: requestID, outcome: outcome)
    }

    private static func checked(_ limit: Int) throws -> Int {
        guard (1...pageLimit).contains(limit) else {
            throw ShippyError(.invalid, "limit \(limit) is out of range: use 1 to \(pageLimit)", field: "limit")
        }
        return limit
    }
}

extension SigningKeyStatus {
    fileprivate static func all(_ keys: [StoredSigningKey], at now: Timestamp) -> [SigningKeyStatus] {
        keys.map { key in
            let state: State =
                switch key.state(among: keys, at: now) {
                case .standsBy, .willSign: .standby
                case .signs: .signing
                case .retired: .retired
                }
            return SigningKeyStatus(id: key.id, state: state, createdAt: key.createdAt, signsFrom: key.signsFrom, retiresAt: key.retiresAt)
        }
    }
}
