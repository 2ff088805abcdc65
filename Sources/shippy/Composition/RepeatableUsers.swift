import ShippyCore

/// Gives every creation a key of its own, so that asking another instance, or this process, after one that died with the answer
/// does not create twice.
struct RepeatableUsers: UsersAPI {
    let users: any UsersAPI

    func create(_ requests: [CreateUser], requestID: String) async throws -> [Result<CreatedUser, ShippyError>] {
        let requests = requests.map { request in
            var request = request
            if request.onConflict == .refuse, request.idempotencyKey == nil { request.idempotencyKey = UUIDv7.next() }
            return request
        }
        return try await users.create(requests, requestID: requestID)
    }

    func user(_ idOrEmail: String) async throws -> User { try await users.user(idOrEmail) }

    func users(after cursor: String?, limit: Int) async throws -> [User] { try await users.users(after: cursor, limit: limit) }

    func delete(_ idOrEmail: String) async throws -> User { try await users.delete(idOrEmail) }
}
