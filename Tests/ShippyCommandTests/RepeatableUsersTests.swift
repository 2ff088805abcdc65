import ShippyCore
import Synchronization
import Testing

@testable import shippy

/// Remembers what it is asked for.
private final class RecordingUsers: UsersAPI {
    let requests = Mutex<[CreateUser]>([])

    func create(_ requests: [CreateUser], requestID: String) async throws -> [Result<CreatedUser, ShippyError>] {
        self.requests.withLock { $0 += requests }
        return []
    }

    func user(_ idOrEmail: String) async throws -> User { throw ShippyError(.notFound, "no user") }
    func users(after cursor: String?, limit: Int) async throws -> [User] { [] }
    func delete(_ idOrEmail: String) async throws -> User { throw ShippyError(.notFound, "no user") }
}

@Suite struct RepeatableUsersTests {
    @Test func everyCreationHasAKeyOfItsOwn() async throws {
        let recording = RecordingUsers()
        let users = RepeatableUsers(users: recording)
        _ = try await users.create(
            [
                CreateUser(email: "a@b"), CreateUser(email: "c@d"), CreateUser(email: "e@f", idempotencyKey: "given"),
                CreateUser(email: "g@h", onConflict: .keepExisting),
            ], requestID: "r")
        let keys = recording.requests.withLock { $0.map(\.idempotencyKey) }
        #expect(Set(keys.prefix(2).compactMap { $0 }).count == 2)
        #expect(keys[2...] == ["given", nil])
    }
}
