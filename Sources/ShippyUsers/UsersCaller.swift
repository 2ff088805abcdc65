package import ShippyAccess
package import ShippyCore

/// The users service as one caller uses it. It checks nobody's role: the caller has been admitted, or is the owner.
package struct UsersCaller: UsersAPI {
    private let users: UsersService
    private let caller: Caller

    package init(_ users: UsersService, caller: Caller) {
        self.users = users
        self.caller = caller
    }

    package func create(_ requests: [CreateUser], requestID: String) async throws -> [Result<CreatedUser, ShippyError>] {
        try await users.create(requests, by: caller, requestID: requestID)
    }

    package func user(_ idOrEmail: String) async throws -> UserRecord { try await users.user(idOrEmail) }

    package func users(_ filter: UserFilter, after cursor: String?, limit: Int) async throws -> [UserRecord] {
        try await users.users(filter, after: cursor, limit: limit)
    }

    package func userCount(_ filter: UserFilter) async throws -> Int { try await users.userCount(filter) }

    package func change(_ idOrEmail: String, _ change: UserChange, ifRevision revision: Int64?, requestID: String) async throws -> UserRecord {
        try await users.change(idOrEmail, change, ifRevision: revision.map { [$0] }, by: caller, requestID: requestID)
    }

    package func delete(_ idOrEmail: String, ifRevision revision: Int64?, requestID: String) async throws -> User {
        try await users.delete(idOrEmail, ifRevision: revision.map { [$0] }, by: caller, requestID: requestID)
    }
}
