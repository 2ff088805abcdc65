import ShippyCore

/// The users service as one command uses it: everything that it causes goes by one request id.
struct UsersOfCommand: UsersAPI {
    let users: any UsersAPI
    let requestID: String

    func create(_ requests: [CreateUser], requestID _: String) async throws -> [Result<CreatedUser, ShippyError>] {
        try await users.create(requests, requestID: requestID)
    }

    func user(_ idOrEmail: String) async throws -> User { try await users.user(idOrEmail) }

    func users(after cursor: String?, limit: Int) async throws -> [User] { try await users.users(after: cursor, limit: limit) }

    func delete(_ idOrEmail: String) async throws -> User { try await users.delete(idOrEmail) }
}
