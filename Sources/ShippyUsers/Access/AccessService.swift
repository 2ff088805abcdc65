package import Logging
import Metrics
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
    package let links: AccessLinks
    private let signer: AccessTokenSigner
    private let sharedSecret: SharedSecretTokens?
    private let hasher: PasswordHasher
    private let attempts: LoginAttempts
    private let lastWrite: LastWrite
    private let options: Options
    private let logins: [AuditOutcome: Counter]
    private let sessionsReused = Counter(.sessionsReused)
    private let refusals = RefusalLog()
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
        links = AccessLinks(
            store: store, notices: Notices(encoding: options.eventEncoding, source: options.source, secret: state.secret), hasher: hasher,
            attempts: attempts, mailDomain: options.mailDomain, lastWrite: lastWrite, logger: logger)
        logins = Dictionary(
            uniqueKeysWithValues: [AuditOutcome.ok, .refused, .throttled].map { ($0, Counter(.logins, [("outcome", $0.rawValue)])) })
        // Makes the metrics appear from the start.
        for counter in logins.values { counter.increment(by: 0) }
        sessionsReused.increment(by: 0)
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
            guard try await begin(session, of: account, event: event, as: account.actor, by: caller, requestID: requestID) else { return nil }
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
        let account = try await store.account(typed: email, mailDomain: options.mailDomain)
        let match = try await attempts.check(
            LoginAccount(email, mailDomain: options.mailDomain), from: address,
            onWait: { try await loginThrottled(account, isFirst: $0, by: caller, requestID: requestID) }
        ) { isFamiliar in
            let match = try await hasher.verify(password, against: account?.passwordHash, for: address, isFamiliar: isFamiliar)
            return account?.isDisabled == true ? .wrong : match
        }
        guard let account, case .right(let needsRehash) = match else {
            try await loginRefused(account, by: caller, requestID: requestID)
            throw Self.wrongPassword
        }
        return needsRehash ? try await rehashed(account, password, address) : account
    }

    /// Neither the log nor an entry has what was typed as an address: people type their password into that field.
    private func loginRefused(_ account: Account?, by caller: Caller, requestID: String) async throws {
        logins[.refused]?.increment()
        var metadata: Logger.Metadata = [LogKey.requestID: "\(requestID)", LogKey.address: "\(caller.address)"]
        if let account { metadata[LogKey.userID] = "\(account.user.id)" }
        refusals.log("login refused", at: .notice, to: logger, metadata)
        try await store.record([entry(.logIn, of: account?.user.id, by: caller, requestID: requestID, outcome: .refused)])
    }

    private func loginThrottled(_ account: Account?, isFirst: Bool, by caller: Caller, requestID: String) async throws {
        logins[.throttled]?.increment()
        guard isFirst else { return }
        try await store.record([entry(.logIn, of: account?.user.id, by: caller, requestID: requestID, outcome: .throttled)])
    }

    /// The account with a hash of the present cost. If others change it at the same time, the next login tries again.
    private func rehashed(_ account: Account, _ password: String, _ address: ClientAddress?) async throws -> Account {
        var changed = account
        changed.passwordHash = try await hasher.hash(password, for: address)
        return try await store.update(AccountUpdate(account: changed, audit: nil)) ?? account
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
        try await tutorialToken(as: \.actor, by: caller, requestID: requestID) {
            try await account(email: email, password: password, by: caller, requestID: requestID)
        }
    }

    /// The same for a user who has just been created.
    func tutorialToken(forUser id: String, by caller: Caller, requestID: String) async throws -> String {
        try await tutorialToken(as: { caller.identity == .anonymous ? $0.actor : caller.actor }, by: caller, requestID: requestID) {
            guard let account = try await store.account(id: id) else { throw Self.wrongPassword }
            return account
        }
    }

    private func tutorialToken(
        as actor: (Account) -> String, by caller: Caller, requestID: String, _ account: () async throws -> Account
    ) async throws -> String {
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
            return try await begin(session, of: account, event: nil, as: actor(account), by: caller, requestID: requestID) ? token : nil
        }
    }

    /// - Parameter actor: as in ``AuditEntry/actor``.
    /// - Returns: false if the account has changed since it was read.
    private func begin(
        _ session: Session, of account: Account, event: OutgoingEvent?, as actor: String, by caller: Caller, requestID: String
    ) async throws -> Bool {
        let audit = AuditEntry(.logIn, target: account.actor, by: caller, as: actor, requestID: requestID)
        let isBegun = try await lastWrite.observe {
            try await store.insertSession(session, ifRevision: account.revision, event: event, audit: audit)
        }
        if isBegun { logins[.ok]?.increment() }
        return isBegun
    }

    func refresh(_ text: String, by caller: Caller, requestID: String) async throws -> Login {
        let token = try refreshToken(text)
        let refresh = SessionRefresh(
            sessionID: token.sessionID, counter: token.counter, expiresAt: .now + options.sessionLifetime, address: caller.address,
            auditIfReused: entry(.reuseSession, target: "", by: caller, requestID: requestID, outcome: .refused))
        switch try await lastWrite.observe({ try await store.refresh(refresh) }) {
        case .advanced(let session), .repeated(let session):
            guard let account = try await store.account(id: session.userID), !account.isDisabled else { throw Self.ended }
            return try await login(account, session)
        case .ended:
            throw Self.ended
        case .reused(let userID):
            sessionsReused.increment()
            logger.warning(
                "an old refresh token was used: its session has been ended",
                metadata: [LogKey.requestID: "\(requestID)", LogKey.userID: "\(userID)", LogKey.address: "\(caller.address)"])
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
        let id = try refreshToken(text).sessionID
        // Of a session that has ended, nothing is recorded.
        let audit = try await store.session(id: id).map {
            AuditEntry(.logOut, target: "", by: caller, as: "user:\($0.userID)", requestID: requestID).about($0)
        }
        _ = try await lastWrite.observe { try await store.endSessions([id], ifValid: nil, audit: audit) }
    }

    // MARK: Sessions

    /// - Returns: nil if it has ended or expired.
    func session(_ id: String) async throws -> Session? { try await store.session(id: id) }

    /// - Returns: nil if there is no such token.
    func token(_ id: String) async throws -> APIToken? { try await store.token(id: id) }

    func sessions(of user: String?, after cursor: String?, limit: Int) async throws -> [ListedSession] {
        try await store.sessions(ofUser: user, after: cursor, limit: Self.checked(limit))
    }

    func endSessions(_ ids: [String], by caller: Caller, requestID: String) async throws -> [String] {
        var sessions: [Session] = []
        for id in ids { if let session = try await store.session(id: id) { sessions.append(session) } }
        let users = Dictionary(grouping: sessions, by: \.userID)
        // Those that have ended or expired already: an access token may outlive its session.
        let others = ids.filter { id in !sessions.contains { $0.id == id } }
        var ended = others.isEmpty ? [] : try await store.endSessions(others, ifValid: caller.authority, audit: nil)
        // The caller's own sessions last: without theirs, they have no right to end the others.
        for (userID, sessions) in users.sorted(by: { $0.key != caller.userID && $1.key == caller.userID }) {
            let ids = Array(Set(sessions.map(\.id)))
            let detail = ids.count == 1 ? AuditEntry.detail(ofSession: ids[0]) : "sessions=\(ids.count)"
            let audit = entry(.revokeSession, target: "user:\(userID)", by: caller, requestID: requestID, detail: detail)
            ended += try await lastWrite.observe { try await store.endSessions(ids, ifValid: caller.authority, audit: audit) }
        }
        // Each once, in the order of the argument.
        var rest = Set(ended)
        return ids.filter { rest.remove($0) != nil }
    }

    func endSessions(ofUser id: String, by caller: Caller, requestID: String) async throws -> Int {
        return try await lastWrite.observe {
            try await store.endSessions(
                ofUser: id, ifValid: caller.authority, audit: entry(.revokeSession, of: id, by: caller, requestID: requestID))
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
        let audit = entry(.createToken, target: "token:\(id)", by: caller, requestID: requestID, detail: "role=\(role.rawValue)")
        try await lastWrite.observe {
            try await store.insertToken(token, ifValid: caller.authority, audit: audit)
        }
        return CreatedToken(token: token, text: text.text)
    }

    func tokens(after cursor: String?, limit: Int) async throws -> [APIToken] {
        try await store.tokens(after: cursor, limit: Self.checked(limit))
    }

    func endToken(_ id: String, by caller: Caller, requestID: String) async throws {
        let wasThere = try await lastWrite.observe {
            try await store.endToken(
                id: id, ifValid: caller.authority, audit: entry(.revokeToken, target: "token:\(id)", by: caller, requestID: requestID))
        }
        guard wasThere else { throw ShippyError(.notFound, "no token \(id.quoted(limit: 80)): see `shippy token list`") }
    }

    // MARK: Keys

    /// The public halves of the signing keys, as a JWKS document.
    var jwks: [UInt8] {
        get async throws { try await state.currentKeys().jwks }
    }

    func signingKeys() async throws -> [SigningKeyStatus] {
        SigningKeyStatus.all(try await store.signingKeys().keys, at: .now)
    }

    func rotateKeys(by caller: Caller, requestID: String) async throws -> [SigningKeyStatus] {
        let keys = try await state.changeKeys(ifValid: caller.authority, audit: entry(.rotateKeys, target: "", by: caller, requestID: requestID)) {
            rotation, keys, now throws(ShippyError) in try rotation.rotated(rotation.swept(keys, at: now), at: now)
        }
        return SigningKeyStatus.all(keys, at: .now)
    }

    func revokeKey(_ id: String, by caller: Caller, requestID: String) async throws -> [SigningKeyStatus] {
        let keys = try await state.changeKeys(
            ifValid: caller.authority, audit: entry(.revokeKey, target: "key:\(id)", by: caller, requestID: requestID)
        ) {
            rotation, keys, now throws(ShippyError) in try rotation.revoked(id, of: keys, at: now)
        }
        return SigningKeyStatus.all(keys, at: .now)
    }

    // MARK: Audit

    func auditEntries(_ filter: AuditFilter, _ page: AuditPage, limit: Int) async throws -> [AuditEntry] {
        if let action = filter.action { try AuditAction.check(action) }
        if let outcome = filter.outcome { try AuditOutcome.check(outcome) }
        return try await store.auditEntries(filter, page, limit: Self.checked(limit))
    }

    private func entry(
        _ action: AuditAction, of user: String?, by caller: Caller, requestID: String, outcome: AuditOutcome = .ok
    ) -> AuditEntry {
        entry(action, target: user.map { "user:\($0)" } ?? "", by: caller, requestID: requestID, outcome: outcome)
    }

    private func entry(
        _ action: AuditAction, target: String, by caller: Caller, requestID: String, outcome: AuditOutcome = .ok, detail: String = ""
    ) -> AuditEntry {
        AuditEntry(action, target: target, by: caller, requestID: requestID, outcome: outcome, detail: detail)
    }

    private static func checked(_ limit: Int) throws -> Int {
        guard (1...pageLimit).contains(limit) else {
            throw ShippyError(.invalid, "limit \(limit) is out of range: use 1 to \(pageLimit)", field: "limit")
        }
        return limit
    }
}

extension Account {
    /// As in ``AuditEntry/actor``.
    fileprivate var actor: String { "user:\(user.id)" }
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
