import ShippyCore

/// The users service of registered instances or of this process.
struct FallbackUsers: UsersAPI {
    let service: Fallback<any UsersAPI>

    func create(_ requests: [CreateUser], requestID: String) async throws -> [Result<CreatedUser, ShippyError>] {
        // Both ways use the same idempotency key: if an instance died after storing the user, the second call does not create it
        // again.
        let requests = requests.map { request in
            var request = request
            if request.onConflict == .refuse, request.idempotencyKey == nil { request.idempotencyKey = UUIDv7.next() }
            return request
        }
        return try await service.call(causesWork: true) { try await $0.create(requests, requestID: requestID) }
    }

    func user(_ idOrEmail: String) async throws -> UserRecord {
        try await service.call { try await $0.user(idOrEmail) }
    }

    func users(_ filter: UserFilter, after cursor: String?, limit: Int) async throws -> [UserRecord] {
        try await service.call { try await $0.users(filter, after: cursor, limit: limit) }
    }

    func userCount(_ filter: UserFilter) async throws -> Int {
        try await service.call { try await $0.userCount(filter) }
    }

    func change(_ idOrEmail: String, _ change: UserChange, ifRevision revision: Int64?, requestID: String) async throws -> UserRecord {
        // By ID, because the change may replace the address. Made twice, it has the same result, unless it is bound to a revision: then
        // the second one fails.
        let id = idOrEmail.isUUID ? idOrEmail : try await user(idOrEmail).id
        return try await service.call(causesWork: change.causesMail) { try await $0.change(id, change, ifRevision: revision, requestID: requestID) }
    }

    func delete(_ idOrEmail: String, ifRevision revision: Int64?, requestID: String) async throws -> User {
        // An instance may have deleted the user before it died: the second call does not find them, and that is success.
        let user = try await user(idOrEmail).user
        return try await service.call {
            try await $0.delete(user.id, ifRevision: revision, requestID: requestID)
        } again: {
            do {
                return try await $0.delete(user.id, ifRevision: revision, requestID: requestID)
            } catch let error as ShippyError where error.code == .notFound {
                return user
            }
        }
    }
}

extension UserChange {
    /// Whether the user is told by mail.
    fileprivate var causesMail: Bool {
        switch self {
        case .details(let email, _, _, _): email != nil
        case .password: true
        case .disable, .enable, .role: false
        }
    }
}
