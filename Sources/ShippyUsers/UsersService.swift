package import Logging
import Metrics
package import ShippyCore
package import ShippyEvents
import Synchronization

/// The users service without a transport: checks requests, hashes passwords, and stores users with their events.
///
/// Concurrent creations share a commit. When a creation returns, its user is on disk, and its event is published or in the
/// outbox.
package final class UsersService: UsersAPI {
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

    private let store: any UserStore
    private let options: Options
    private let lastWrite: LastWrite
    private let hasher: PasswordHasher
    private let logger: Logger
    private let rate = RateMeter()
    private let isEnding = Atomic<Bool>(false)
    private let created = Counter(.usersCreated)

    package init(store: any UserStore, options: Options, lastWrite: LastWrite = LastWrite(), logger: Logger) {
        self.store = store
        self.options = options
        self.lastWrite = lastWrite
        self.logger = logger
        hasher = PasswordHasher(cost: options.bcryptCost)
    }

    package func create(_ requests: [CreateUser], requestID: String) async throws -> [Result<CreatedUser, ShippyError>] {
        if requests.count == 1 {
            do {
                return [.success(try await create(requests[0], requestID: requestID))]
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
                accepted.append(try await prepare(request, requestID: requestID))
                places.append(outcomes.count)
                outcomes.append(.failure(ShippyError(.failed, "not stored")))
            } catch let error as ShippyError where error.concernsTheRequest {
                outcomes.append(.failure(error))
            }
        }
        guard !accepted.isEmpty else { return outcomes }
        let stored = try await lastWrite.observe { try await store.insert(accepted) }
        for (place, (new, outcome)) in zip(places, zip(accepted, stored)) {
            // Others are stored: nothing here may take their outcomes along.
            do {
                outcomes[place] = .success(try await finish(outcome.get(), new, of: requests[place], requestID: requestID))
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
    package func create(_ request: CreateUser, requestID: String) async throws -> CreatedUser {
        let new = try await prepare(request, requestID: requestID)
        let stored = try await lastWrite.observe { try await store.insert(new) }
        return try await finish(stored, new, of: request, requestID: requestID)
    }

    private func finish(_ stored: StoredUser, _ new: NewUser, of request: CreateUser, requestID: String) async throws -> CreatedUser {
        if let first = stored.repeats { try await refuseAnotherPassword(request, first) }
        if stored.isNew {
            created.increment()
            rate.mark()
            logger.info("user created", metadata: [LogKey.requestID: "\(requestID)", LogKey.userID: "\(stored.user.id)"])
        }
        if let sequence = stored.eventSequence {
            logger.debug(
                "event published",
                metadata: [LogKey.requestID: "\(requestID)", LogKey.eventID: "\(new.event.id)", LogKey.sequence: "\(sequence)"])
        }
        return CreatedUser(user: stored.user, isNew: stored.isNew)
    }

    /// The same key with a different password is a different request. It must fail, or its password would be lost silently.
    private func refuseAnotherPassword(_ request: CreateUser, _ first: FirstRequest) async throws {
        let isSame: Bool =
            switch (request.password, first.passwordHash) {
            case (nil, nil): true
            case (let password?, let hash?): try await hasher.verifies(password, hash)
            default: false
            }
        guard isSame else {
            throw ShippyError.otherRequest(key: request.idempotencyKey ?? "")
        }
    }

    /// Checks a request and does all work that precedes the transaction.
    private func prepare(_ request: CreateUser, requestID: String) async throws -> NewUser {
        let email = try EmailAddress(request.email, defaultDomain: options.mailDomain)
        let name = try UserField.checked(request.name, field: "name")
        let company = try UserField.checked(request.company, field: "company")
        let key = try request.idempotencyKey.map(Self.checkedIdempotencyKey)
        let hash: String? = if let password = request.password { try await hasher.hash(password) } else { nil }
        let now = Timestamp.now
        let user = User(id: UUIDv7.next(at: now), name: name, company: company, email: email, createdAt: now)
        let event = options.eventEncoding.userCreated(
            user, eventID: UUIDv7.next(at: now), source: options.source, requestID: requestID, welcome: request.welcome)
        return NewUser(
            user: user, passwordHash: hash, event: event,
            idempotency: key.map { IdempotencyKey(key: $0, fingerprint: [email.description, name, company].joined(separator: "\u{1f}")) },
            onConflict: request.onConflict, requestID: requestID)
    }

    private static func checkedIdempotencyKey(_ key: String) throws -> String {
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw ShippyError(
                .invalid, "idempotency key \(key.quoted(limit: 80)) must be 1 to 255 printable ASCII characters without spaces",
                field: "idempotency_key")
        }
        return key
    }

    package func user(_ idOrEmail: String) async throws -> User {
        let user: User? =
            if idOrEmail.contains("@") {
                // As it is stored: a domain outside ASCII in punycode.
                try await store.user(email: (try? EmailAddress(idOrEmail))?.description ?? idOrEmail)
            } else if let user = try await store.user(id: idOrEmail.lowercased()) {
                user
            } else if let domain = options.mailDomain, let email = try? EmailAddress(idOrEmail, defaultDomain: domain) {
                // A bare name, as it was given at creation.
                try await store.user(email: email.description)
            } else {
                nil
            }
        guard let user else { throw ShippyError(.notFound, "no user \(idOrEmail.quoted(limit: 80))") }
        return user
    }

    package func users(after cursor: String?, limit: Int) async throws -> [User] {
        guard (1...1000).contains(limit) else {
            throw ShippyError(.invalid, "limit \(limit) is out of range: use 1 to 1000", field: "limit")
        }
        return try await store.users(after: cursor, limit: limit)
    }

    package func delete(_ idOrEmail: String) async throws -> User {
        let user = try await user(idOrEmail)
        guard try await store.deleteUser(id: user.id) else {
            throw ShippyError(.notFound, "no user \(idOrEmail.quoted(limit: 80))")
        }
        logger.info("user deleted", metadata: [LogKey.userID: "\(user.id)"])
        return user
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
    fileprivate var concernsTheRequest: Bool { code != .unavailable && code != .overloaded }
}
