package import Logging
import Metrics
package import ShippyAccess
package import ShippyCore
package import ShippyEvents
import Synchronization

/// The users service without a transport: checks requests, hashes passwords, and stores users with their events.
///
/// Concurrent creations share a commit. When a creation returns, its user is on disk, and its event is published or in the
/// outbox.
package final class UsersService: Sendable {
    package struct Options: Sendable {
        /// The domain added to an address without one; nil rejects such an address.
        package var mailDomain: String?
        /// The bcrypt cost, at least 10.
        package var bcryptCost: Int
        package var eventEncoding: EventEncoding
        /// The `ce-source` header of events.
        package var source: String

        package init(mailDomain: String?, bcryptCost: Int, eventEncoding: EventEncoding = .json, source: String = "/shippy/users") {
            self.mailDomain = mailDomain
            self.bcryptCost = bcryptCost
            self.eventEncoding = eventEncoding
            self.source = source
        }
    }

    private let store: any UserStore & AccessStore
    private let options: Options
    private let notices: Notices
    private let lastWrite: LastWrite
    /// Shared with logins: there is one queue.
    package let hasher: PasswordHasher
    /// Shared with logins: whoever guesses passwords is counted once.
    package let attempts = LoginAttempts()
    private let logger: Logger
    private let rate = RateMeter()
    private let isEnding = Atomic<Bool>(false)
    /// By the ID of the user who changes their own address.
    private let addressChanges = Mutex(Allowance<String>())
    /// By the same. A change is bound to a revision: whoever changed themselves all the time could keep others from changing them.
    private let ownChanges = Mutex(Allowance<String>(burst: 30, interval: .seconds(2)))
    private let created = Counter(.usersCreated)

    /// - Parameter secret: of the installation, for links in mails.
    package init(
        store: any UserStore & AccessStore, secret: AccessSecret, options: Options, lastWrite: LastWrite = LastWrite(), logger: Logger
    ) {
        self.store = store
        self.options = options
        notices = Notices(encoding: options.eventEncoding, source: options.source, secret: secret)
        self.lastWrite = lastWrite
        self.logger = logger
        hasher = PasswordHasher(cost: options.bcryptCost)
    }

    /// Carries out ``UsersAPI/create(_:requestID:)`` for a caller.
    package func create(_ requests: [CreateUser], by caller: Caller, requestID: String) async throws -> [Result<CreatedUser, ShippyError>] {
        if requests.count == 1, requests[0].kept.isEmpty {
            do {
                return [.success(try await create(requests[0], by: caller, requestID: requestID))]
            } catch let error as ShippyError where error.concernsTheRequest {
                return [.failure(error)]
            }
        }
        var outcomes: [Result<CreatedUser, ShippyError>] = []
        var accepted: [NewUser] = []
        var places: [Int] = []
        var passwords = 0
        for request in requests {
            do {
                if request.password != nil { passwords += 1 }
                try mayGoOn(passwords: passwords)
                switch try await prepare(request, by: caller, requestID: requestID) {
                case .new(let new):
                    accepted.append(new)
                    places.append(outcomes.count)
                    outcomes.append(.failure(ShippyError(.failed, "not stored")))
                case .existing(let stored):
                    outcomes.append(.success(try await finish(stored, of: request, by: caller, requestID: requestID)))
                }
            } catch let error as ShippyError where error.concernsTheRequest {
                outcomes.append(.failure(error))
            }
        }
        guard !accepted.isEmpty else { return outcomes }
        // Creations that give no right are as good as those of a caller whose right has just ended.
        let authority = accepted.contains { $0.kept?.isPrivileged == true } ? caller.authority : nil
        let stored = try await lastWrite.observe { try await store.insert(accepted, ifValid: authority) }
        for (place, (new, outcome)) in zip(places, zip(accepted, stored)) {
            // Others are stored: nothing here may take their outcomes along.
            do {
                outcomes[place] = .success(try await finish(outcome.get(), event: new.event, of: requests[place], by: caller, requestID: requestID))
            } catch {
                outcomes[place] = .failure(error is CancellationError ? .cancelled : .wrapping(error))
            }
        }
        return outcomes
    }

    /// Checks that a bulk call may continue with the next user and hash its password.
    private func mayGoOn(passwords: Int) throws {
        try Task.checkCancellation()
        if isEnding.load(ordering: .relaxed) { throw ShippyError.shuttingDown("users") }
        guard passwords <= CreateUser.passwordsPerCall else {
            throw ShippyError(
                .tooLarge, "more than \(CreateUser.passwordsPerCall) passwords in one call: split it into several calls", field: "password")
        }
    }

    /// Creates one user, in a commit shared with concurrent creations.
    package func create(_ request: CreateUser, by caller: Caller, requestID: String) async throws -> CreatedUser {
        switch try await prepare(request, by: caller, requestID: requestID) {
        case .new(let new):
            let stored = try await lastWrite.observe { try await store.insert(new) }
            return try await finish(stored, event: new.event, of: request, by: caller, requestID: requestID)
        case .existing(let stored):
            return try await finish(stored, of: request, by: caller, requestID: requestID)
        }
    }

    private func finish(
        _ stored: StoredUser, event: OutgoingEvent? = nil, of request: CreateUser, by caller: Caller, requestID: String
    ) async throws -> CreatedUser {
        if let first = stored.repeats { try await refuseAnotherPassword(request, first, by: caller) }
        if stored.isNew {
            created.increment()
            rate.mark()
            logger.info("user created", metadata: [LogKey.requestID: "\(requestID)", LogKey.userID: "\(stored.user.id)"])
        }
        if let event, let sequence = stored.eventSequence {
            logger.debug(
                "event published",
                metadata: [LogKey.requestID: "\(requestID)", LogKey.eventID: "\(event.id)", LogKey.sequence: "\(sequence)"])
        }
        return CreatedUser(user: stored.user, isNew: stored.isNew)
    }

    /// The same key with a different password is a different request. It must fail, or its password would be lost silently.
    private func refuseAnotherPassword(_ request: CreateUser, _ first: FirstRequest, by caller: Caller) async throws {
        let client = ClientAddress(caller.address)
        let isSame: Bool =
            switch (request.password, first.passwordHash) {
            case (nil, nil): true
            case (let password?, let hash?):
                // Counted like a login, because the answer tells whether the password is right.
                try await attempts.check(LoginAccount(request.email, mailDomain: options.mailDomain), from: client) { isFamiliar in
                    try await hasher.verify(password, against: hash, for: client, isFamiliar: isFamiliar)
                }.isRight
            default: false
            }
        guard isSame else {
            throw ShippyError.otherRequest(key: request.idempotencyKey ?? "")
        }
    }

    private enum Prepared {
        case new(NewUser)
        /// Of an earlier release, which accepted the password. Today's rules do not make the request fail.
        case existing(StoredUser)
    }

    /// Checks a request and does all work that precedes the transaction.
    private func prepare(_ request: CreateUser, by caller: Caller, requestID: String) async throws -> Prepared {
        let email = try EmailAddress(request.email, defaultDomain: options.mailDomain)
        let name = try UserField.checked(request.name, field: "name")
        let company = try UserField.checked(request.company, field: "company")
        let idempotency = try request.idempotencyKey.map {
            IdempotencyKey(
                key: try Self.checkedIdempotencyKey($0), fingerprint: [email.description, name, company].joined(separator: "\u{1f}"))
        }
        let kept = request.kept
        try KeptUserRules.check(kept, password: request.password)
        if let password = request.password {
            do {
                try PasswordPolicy.check(password)
            } catch {
                if let stored = try await existing(request, email, idempotency) { return .existing(stored) }
                throw error
            }
        }
        let client = ClientAddress(caller.address)
        var origin = UserOrigin(way: caller.way, address: caller.address)
        var hash = kept.passwordHash
        if let password = request.password {
            let start = ContinuousClock.now
            hash = try await hasher.hash(password, for: client)
            origin.hashing = start.duration(to: .now)
        }
        let now = Timestamp.now
        let createdAt = try kept.creationTime(at: now)
        let user = User(id: kept.id ?? UUIDv7.next(at: now), name: name, company: company, email: email, createdAt: createdAt)
        let event = options.eventEncoding.userCreated(
            user, at: now, eventID: UUIDv7.next(at: now), source: options.source, requestID: requestID,
            // A welcome asks to log in.
            welcome: request.welcome && kept.state != .disabled)
        return .new(
            NewUser(
                user: user, passwordHash: hash, event: event, idempotency: idempotency, onConflict: request.onConflict, requestID: requestID,
                createdBy: caller.identity == .anonymous ? "" : caller.actor,
                // Of an anonymous creation, the user's own row tells everything.
                audit: caller.identity == .anonymous
                    ? nil
                    : AuditEntry(
                        .createUser, target: "user:\(user.id)", by: caller, requestID: requestID,
                        detail: [origin.detail, KeptUserRules.detail(of: kept)].filter { !$0.isEmpty }.joined(separator: ", ")),
                origin: origin.stored, kept: kept.isEmpty ? nil : kept))
    }

    /// The user whom this request would find instead of creating one.
    private func existing(_ request: CreateUser, _ email: EmailAddress, _ idempotency: IdempotencyKey?) async throws -> StoredUser? {
        if let idempotency, let earlier = try await store.earlier(idempotency) { return earlier }
        guard request.onConflict == .keepExisting else { return nil }
        return try await store.user(email: email.description).map { StoredUser(user: $0.user, isNew: false) }
    }

    private static func checkedIdempotencyKey(_ key: String) throws -> String {
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw ShippyError(
                .invalid, "idempotency key \(key.quoted(limit: 80)) must be 1 to 255 printable ASCII characters without spaces",
                field: "idempotency_key")
        }
        return key
    }

    package func user(_ idOrEmail: String) async throws -> UserRecord {
        let user = try await find(idOrEmail, byID: { try await store.user(id: $0) }, byEmail: { try await store.user(email: $0) })
        guard let user else { throw Self.noUser(idOrEmail) }
        return user
    }

    private static func noUser(_ idOrEmail: String) -> ShippyError {
        ShippyError(.notFound, "no user \(idOrEmail.quoted(limit: 80))")
    }

    /// What the store has under an ID or e-mail address.
    private func find<Found>(
        _ idOrEmail: String, byID: (String) async throws -> Found?, byEmail: (String) async throws -> Found?
    ) async throws -> Found? {
        // As it is stored: a domain outside ASCII in punycode.
        if idOrEmail.contains("@") { return try await byEmail((try? EmailAddress(idOrEmail))?.description ?? idOrEmail) }
        if let found = try await byID(idOrEmail.lowercased()) { return found }
        // A bare name, as it was given at creation.
        guard let domain = options.mailDomain, let email = try? EmailAddress(idOrEmail, defaultDomain: domain) else { return nil }
        return try await byEmail(email.description)
    }

    /// The user whom a call is about, as the rules need them; nil if there is none.
    package func target(_ target: CallTarget) async throws -> AccessRules.Target? {
        switch target {
        case .user(let name): return try await self.target(name)
        case .session(let id):
            guard let session = try await store.session(id: id) else { return nil }
            return try await self.target(session.userID)
        }
    }

    private func target(_ idOrEmail: String) async throws -> AccessRules.Target? {
        let account = try await find(idOrEmail, byID: { try await store.account(id: $0) }, byEmail: { try await store.account(email: $0) })
        return account.map { AccessRules.Target(userID: $0.user.id, role: $0.role) }
    }

    package func users(_ filter: UserFilter, after cursor: String?, limit: Int) async throws -> [UserRecord] {
        try Self.checkLimit(limit)
        return try await store.users(filter, after: cursor, limit: limit)
    }

    /// The users with an e-mail address: one, or none. A bare name is completed as at creation.
    package func users(withEmail text: String, after cursor: String?, limit: Int) async throws -> [UserRecord] {
        try Self.checkLimit(limit)
        let email = (try? EmailAddress(text, defaultDomain: options.mailDomain))?.description ?? text
        guard let user = try await store.user(email: email), cursor.map({ user.id > $0 }) ?? true else { return [] }
        return [user]
    }

    private static func checkLimit(_ limit: Int) throws(ShippyError) {
        guard (1...1000).contains(limit) else {
            throw ShippyError(.invalid, "limit \(limit) is out of range: use 1 to 1000", field: "limit")
        }
    }

    package func userCount(_ filter: UserFilter) async throws -> Int { try await store.userCount(filter) }

    /// - Parameters:
    ///   - revisions: those that the change may be based on; nil for any.
    ///   - caller: who asks for it, for the audit log.
    package func change(
        _ idOrEmail: String, _ change: UserChange, ifRevision revisions: Set<Int64>? = nil, by caller: Caller, requestID: String
    ) async throws -> UserRecord {
        let present = try await user(idOrEmail)
        let id = present.id
        let isOwnPassword = if case .password = change { caller.userID == id } else { false }
        let givesPassword = caller.userID == id && Self.wantsPassword(change, of: present)
        let oldHash = givesPassword ? try await presentHash(change, of: id, by: caller, requestID: requestID) : nil
        let edit = try await AccountEdit(change, mailDomain: options.mailDomain, hasher: hasher, client: ClientAddress(caller.address))
        if caller.userID == id, let wait = ownChanges.withLock({ $0.charge(id, at: .now) }) {
            throw ShippyError.limited("you change your account too often", for: wait)
        }
        var isCharged = false
        for attempt in 1...Self.changeAttempts {
            if attempt > 1 { try await Task.sleep(for: Self.changeBackoff.delay(attempt: attempt)) }
            guard let account = try await store.account(id: id) else { throw Self.noUser(idOrEmail) }
            // The account that is written, which may have another role than when the call was admitted.
            try AccessRules.checkRank(of: caller, over: account)
            try Self.check(account, is: revisions)
            // Who gave the old password may not know a newer one.
            if givesPassword, account.passwordHash != oldHash { throw Self.changedByOthers }
            let changed = edit.applied(to: account)
            if changed == account { return UserRecord(account) }
            // Once, however often the change begins again.
            if !isCharged { isCharged = try chargeAddressChange(from: account, to: changed, by: caller) }
            let detail = AccountEdit.detail(from: account, to: changed)
            let now = Timestamp.now
            let event = edit.event.map {
                options.eventEncoding.event(
                    $0, of: changed.user, at: now, eventID: UUIDv7.next(at: now), source: options.source, requestID: requestID)
            }
            let update = AccountUpdate(
                account: changed, authority: caller.authority,
                events: [event].compactMap { $0 } + notices.ofChange(from: account, to: changed, at: now, requestID: requestID),
                audit: AuditEntry(edit.action, target: "user:\(id)", by: caller, requestID: requestID, detail: detail),
                ends: isOwnPassword ? .all(except: caller.sessionID) : edit.ends,
                needsOtherAdmin: caller.userID == id && account.isActiveAdmin && !changed.isActiveAdmin)
            if let stored = try await lastWrite.observe({ try await store.update(update) }) {
                if edit.action == .setPassword { liftWaits(of: stored, by: caller) }
                var metadata = Self.metadata(of: id, by: caller, requestID: requestID)
                metadata[LogKey.action] = "\(edit.action.rawValue)"
                if !detail.isEmpty { metadata[LogKey.detail] = "\(detail)" }
                logger.info("user changed", metadata: metadata)
                return UserRecord(stored)
            }
        }
        throw Self.changedByOthers
    }

    /// Whether users who make this change of their own account give their password: an access token alone, which may be stolen, neither
    /// changes the password nor has a link that sets one sent somewhere else.
    private static func wantsPassword(_ change: UserChange, of user: UserRecord) -> Bool {
        switch change {
        case .password: true
        case .details(let email?, _, _, _): email.lowercased() != user.user.email.description.lowercased()
        case .details, .disable, .enable, .role: false
        }
    }

    /// The hash of the present password, which the change must have. Wrong ones are counted as for a login.
    private func presentHash(_ change: UserChange, of id: String, by caller: Caller, requestID: String) async throws -> String {
        let old: String
        let (action, field): (AuditAction, String)
        switch change {
        case .password(let new, let given):
            (action, field) = (.setPassword, "old_password")
            guard let given else { throw ShippyError(.invalid, "to set your own password, send the present one, too", field: field) }
            try PasswordPolicy.check(new)
            old = given
        case .details(_, _, _, let given):
            (action, field) = (.updateUser, "password")
            guard let given else { throw ShippyError(.invalid, "to change your own address, send your password, too", field: field) }
            old = given
        case .disable, .enable, .role: preconditionFailure("needs no password")
        }
        guard let account = try await store.account(id: id) else { throw Self.noUser(id) }
        guard let hash = account.passwordHash else {
            throw ShippyError(.forbidden, "you have no password yet: ask for a link to set one", field: field)
        }
        let client = ClientAddress(caller.address)
        let name = LoginAccount(account.user.email.description, mailDomain: options.mailDomain)
        let match = try await attempts.check(name, from: client) { isFamiliar in
            try await hasher.verify(old, against: hash, for: client, isFamiliar: isFamiliar)
        }
        guard match.isRight else {
            try await store.announce(
                nil, audit: AuditEntry(action, target: "user:\(id)", by: caller, requestID: requestID, outcome: .refused))
            throw ShippyError(.forbidden, "the present password is wrong", field: field)
        }
        return hash
    }

    /// For a user who had forgotten the password and has got a new one. Those who set their own have no wait to lift.
    private func liftWaits(of account: Account, by caller: Caller) {
        if case .user(account.user.id, _) = caller.identity { return }
        attempts.lift(LoginAccount(account.user.email.description, mailDomain: options.mailDomain))
    }

    private static func metadata(of userID: String, by caller: Caller, requestID: String) -> Logger.Metadata {
        [LogKey.requestID: "\(requestID)", LogKey.userID: "\(userID)", LogKey.actor: "\(caller.actor)"]
    }

    /// Each change mails the old address and the new one, which may be a stranger's. Operators have no limit.
    /// - Returns: whether the change was counted.
    private func chargeAddressChange(from account: Account, to changed: Account, by caller: Caller) throws(ShippyError) -> Bool {
        guard !changed.user.email.isSame(as: account.user.email), case .user(let id, _) = caller.identity,
            caller.role.map({ $0 < .operator }) == true
        else { return false }
        if let wait = addressChanges.withLock({ $0.charge(id, at: .now) }) { throw .limited("the address was changed too often", for: wait) }
        return true
    }

    /// A change by somebody else in between must not be undone unseen.
    private static func check(_ account: Account, is revisions: Set<Int64>?) throws(ShippyError) {
        guard let revisions, !revisions.contains(account.revision) else { return }
        throw ShippyError(
            .outdated, "the user has changed: the present revision is \(account.revision): read the user again, then repeat the change")
    }

    static var changedByOthers: ShippyError {
        ShippyError(.conflict, "the user is being changed by others: try again")
    }

    /// How often a change begins again because another one was faster.
    private static let changeAttempts = 10
    private static let changeBackoff = Backoff(base: .milliseconds(10), cap: .milliseconds(200))

    /// - Parameters:
    ///   - revisions: those that the decision may be based on; nil for any.
    ///   - caller: who asks for it, for the audit log.
    package func delete(
        _ idOrEmail: String, ifRevision revisions: Set<Int64>? = nil, by caller: Caller, requestID: String
    ) async throws -> User {
        let id = try await user(idOrEmail).id
        for attempt in 1...Self.changeAttempts {
            if attempt > 1 { try await Task.sleep(for: Self.changeBackoff.delay(attempt: attempt)) }
            guard let account = try await store.account(id: id) else { throw Self.noUser(idOrEmail) }
            try AccessRules.checkRank(of: caller, over: account)
            try Self.check(account, is: revisions)
            let now = Timestamp.now
            let event = options.eventEncoding.event(
                .deleted, of: account.user, at: now, eventID: UUIDv7.next(at: now), source: options.source, requestID: requestID)
            let audit = AuditEntry(.deleteUser, target: "user:\(id)", by: caller, requestID: requestID)
            let isDeleted = try await lastWrite.observe {
                try await store.deleteUser(
                    id: id, ifRevision: account.revision, ifValid: caller.authority,
                    needsOtherAdmin: caller.userID == id && account.isActiveAdmin, event: event, audit: audit)
            }
            if isDeleted {
                logger.info("user deleted", metadata: Self.metadata(of: id, by: caller, requestID: requestID))
                return account.user
            }
        }
        throw Self.changedByOthers
    }

    /// Whether users are being created so fast that less urgent work should wait.
    package var isBusy: Bool { rate.isBusy }

    /// Makes bulk calls fail before their next user, so that a shutdown need not wait for their passwords.
    package func beginShutdown() { isEnding.store(true, ordering: .relaxed) }

    /// Stops the hashing threads.
    package func close() async { await hasher.close() }
}

extension ShippyError {
    /// Whether the request itself is at fault, and not a service that cannot take any now.
    fileprivate var concernsTheRequest: Bool { ![.unavailable, .overloaded, .limited].contains(code) }
}
