import Logging
import ShippyAccess
import ShippyCore
import ShippyEvents

/// Mails people links, and carries out what the links are for: a new password, and a confirmed address. Without a transport.
///
/// See ``MailLink`` for what makes a link valid.
package final class AccessLinks: Sendable {
    private let store: any AccessStore
    private let notices: Notices
    private let hasher: PasswordHasher
    private let attempts: LoginAttempts
    private let limits: LinkLimits
    /// The domain added to an address without one; nil for none.
    private let mailDomain: String?
    private let lastWrite: LastWrite
    private let logger: Logger

    init(
        store: any AccessStore, notices: Notices, hasher: PasswordHasher, attempts: LoginAttempts, limits: LinkLimits = LinkLimits(),
        mailDomain: String?, lastWrite: LastWrite, logger: Logger
    ) {
        self.store = store
        self.notices = notices
        self.hasher = hasher
        self.attempts = attempts
        self.limits = limits
        self.mailDomain = mailDomain
        self.lastWrite = lastWrite
        self.logger = logger
    }

    // MARK: Asking for a link

    /// Mails a link to whoever has this address, if there is such a user and they can use it.
    ///
    /// Nothing tells whether that is so: neither an error nor the work that is done.
    /// - Throws: ``ShippyError`` `.limited` for a client that has asked too often.
    func request(_ purpose: LinkPurpose, for email: String, by caller: Caller, requestID: String) async throws {
        let answersAt = ContinuousClock.now + Self.answerTime
        try limits.admit(ClientAddress(caller.address))
        let account = try await store.account(typed: email, mailDomain: mailDomain)
        let now = Timestamp.now
        // Of nobody, too.
        let event = notices.link(purpose, to: account ?? Self.nobody, at: now, requestID: requestID)
        let isUsable = account.map { Self.obstacle(to: purpose, for: $0) == nil } == true
        let isMailed = isUsable && limits.charge(LoginAccount(email, mailDomain: mailDomain), for: purpose) == nil
        let audit = AuditEntry(
            Self.request(purpose), target: account.map { "user:\($0.user.id)" } ?? "", by: caller, requestID: requestID,
            outcome: isMailed ? .ok : .refused)
        try await lastWrite.observe { try await store.announce(isMailed ? event : nil, audit: audit) }
        // Publishing an event takes a little longer than publishing none.
        try await Task.sleep(until: answersAt, clock: .continuous)
    }

    /// When a request for a link is answered, unless it takes longer.
    private static let answerTime = Duration.milliseconds(100)

    /// Mails a link to a user, for a caller who may know that there is one.
    ///
    /// - Parameter id: the user's ID.
    /// - Throws: ``ShippyError`` `.notFound`; `.conflict` for a user who could not use it; `.limited` for users who have asked too often for
    ///   themselves.
    func mail(_ purpose: LinkPurpose, toUser id: String, by caller: Caller, requestID: String) async throws -> User {
        guard let account = try await store.account(id: id) else { throw ShippyError(.notFound, "no user \(id.quoted(limit: 80))") }
        if let obstacle = Self.obstacle(to: purpose, for: account) { throw obstacle }
        let isTrusted = caller.role.map { $0 >= .operator } == true
        if !isTrusted, let wait = limits.charge(LoginAccount(account.user.email.description, mailDomain: nil), for: purpose) {
            throw ShippyError.limited("this user has got too many such mails", for: wait)
        }
        let event = notices.link(purpose, to: account, at: .now, requestID: requestID)
        let audit = AuditEntry(Self.request(purpose), target: "user:\(id)", by: caller, requestID: requestID)
        try await lastWrite.observe { try await store.announce(event, audit: audit) }
        return account.user
    }

    /// Why a user could not use a link; nil if they could.
    private static func obstacle(to purpose: LinkPurpose, for account: Account) -> ShippyError? {
        if account.isDisabled { return ShippyError(.conflict, "user \(account.user.email) is disabled: enable them first") }
        if purpose == .confirmAddress, account.isConfirmed {
            return ShippyError(.conflict, "the address \(account.user.email) is confirmed already")
        }
        return nil
    }

    /// Stands for an account that is not there.
    private static let nobody = Account(
        user: User(
            id: UUIDv7.next(), name: "", company: "", email: EmailAddress(trusted: "nobody@localhost"), createdAt: Timestamp(milliseconds: 0)),
        role: .user, isDisabled: true, passwordHash: nil, revision: 0)

    /// As in ``AuditEntry/action``.
    private static func request(_ purpose: LinkPurpose) -> AuditAction {
        switch purpose {
        case .confirmAddress: .requestConfirmation
        case .resetPassword: .requestPasswordReset
        }
    }

    // MARK: Using a link

    /// The user whose link it is. Looking does not use it up.
    /// - Throws: ``ShippyError`` `.unauthenticated`, the same for every reason.
    func user(of token: String, _ purpose: LinkPurpose, requestID: String) async throws -> User {
        try await account(of: token, purpose, requestID: requestID).user
    }

    /// Sets a new password, and ends the user's sessions. They have got the mail, so it confirms their address.
    ///
    /// - Throws: ``ShippyError`` `.unauthenticated` if the link is not valid; `.invalid` for a password that is not allowed, and as
    ///   ``PasswordHasher/hash(_:for:)``: then the link is still valid.
    func resetPassword(_ token: String, to password: String, by caller: Caller, requestID: String) async throws {
        _ = try await account(of: token, .resetPassword, requestID: requestID)
        try PasswordPolicy.check(password)
        let hash = try await hasher.hash(password, for: ClientAddress(caller.address))
        let user = try await use(token, .resetPassword, requestID: requestID) { account, now in
            var changed = account
            changed.passwordHash = hash
            changed.isConfirmed = true
            return AccountUpdate(
                account: changed, events: notices.ofChange(from: account, to: changed, at: now, requestID: requestID),
                audit: AuditEntry(.resetPassword, target: "user:\(account.user.id)", by: caller, requestID: requestID),
                ends: .all(except: nil))
        }
        // Whoever has forgotten a password has often tried some.
        attempts.lift(LoginAccount(user.email.description, mailDomain: mailDomain))
    }

    /// - Throws: ``ShippyError`` `.unauthenticated` if the link is not valid.
    func confirmAddress(_ token: String, by caller: Caller, requestID: String) async throws {
        try await use(token, .confirmAddress, requestID: requestID) { account, now in
            var changed = account
            changed.isConfirmed = true
            let event = notices.encoding.event(
                .updated, of: account.user, at: now, eventID: UUIDv7.next(at: now), source: notices.source, requestID: requestID)
            return AccountUpdate(
                account: changed, events: [event],
                audit: AuditEntry(.confirmAddress, target: "user:\(account.user.id)", by: caller, requestID: requestID))
        }
    }

    /// Makes the change that uses a link up. If another change is faster, the link is looked at again: it may have been used.
    ///
    /// - Returns: the user.
    @discardableResult
    private func use(
        _ token: String, _ purpose: LinkPurpose, requestID: String, _ update: (Account, Timestamp) -> AccountUpdate
    ) async throws -> User {
        for _ in 0..<Self.attempts {
            let account = try await account(of: token, purpose, requestID: requestID)
            if try await lastWrite.observe({ try await store.update(update(account, .now)) }) != nil {
                logger.info("link used", metadata: [LogKey.requestID: "\(requestID)", LogKey.userID: "\(account.user.id)"])
                return account.user
            }
        }
        throw UsersService.changedByOthers
    }

    private static let attempts = 5

    /// The account for which a link is valid now.
    private func account(of token: String, _ purpose: LinkPurpose, requestID: String) async throws -> Account {
        func refused(_ reason: String) -> ShippyError {
            logger.debug("link refused", metadata: [LogKey.requestID: "\(requestID)", LogKey.error: "\(reason)"])
            return ShippyError(.unauthenticated, "the link is not valid any more: ask for another one")
        }
        let link: MailLink
        do { link = try MailLink.claimed(by: token) } catch { throw refused("\(error)") }
        guard link.purpose == purpose else { throw refused("it has another purpose") }
        guard let account = try await store.account(id: link.userID) else { throw refused("no such user") }
        do { try MailLink.verify(token, for: account, at: .now, notices.secret) } catch { throw refused("\(error)") }
        guard !account.isDisabled else { throw refused("the user is disabled") }
        return account
    }
}
