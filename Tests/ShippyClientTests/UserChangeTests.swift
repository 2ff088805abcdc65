import Logging
import ShippyClient
import ShippyCore
import ShippyUsers
import Synchronization
import TestSupport
import Testing

/// Changes of users, over a connection.
struct UserChangeTests {
    private final class Recorded: UsersAPI {
        let changes = Mutex<[UserChange]>([])
        let calls = Mutex<[String]>([])

        func create(_ requests: [CreateUser], requestID: String) async throws -> [Result<CreatedUser, ShippyError>] { [] }
        func user(_ idOrEmail: String) async throws -> User { throw ShippyError(.notFound, "") }
        func users(after cursor: String?, limit: Int) async throws -> [User] { [] }

        func change(_ idOrEmail: String, _ change: UserChange, requestID: String) async throws -> User {
            changes.withLock { $0.append(change) }
            calls.withLock { $0.append("\(idOrEmail) \(requestID)") }
            return Samples.user(idOrEmail)
        }

        func delete(_ idOrEmail: String, requestID: String) async throws -> User {
            calls.withLock { $0.append("delete \(idOrEmail) \(requestID)") }
            return Samples.user(idOrEmail)
        }
    }

    @Test func eachChangeArrivesAsItWasMade() async throws {
        let changes: [UserChange] = [
            .details(email: "b@x", name: "", company: nil), .details(email: nil, name: nil, company: "C"), .disable, .enable, .password("secret"),
        ]
        let all = changes + AccessRole.allCases.map(UserChange.role)
        let service = Recorded()
        try await Instances.serving("users", [UsersGRPC(gate: .open, users: { _ in service }, target: { _ in nil }, logger: Logger(label: "test"))]) {
            balancer in
            let connections = Connections()
            let client = UsersClient(balancer: balancer, connections: connections, credentials: .none)
            for change in all {
                let user = try await client.change("a@x", change, requestID: "r1")
                #expect(user.email.description == "a@x")
            }
            let deleted = try await client.delete("a@x", requestID: "r2")
            #expect(deleted.email.description == "a@x")
            await connections.close()
        }
        #expect(service.changes.withLock { $0 } == all)
        #expect(Set(service.calls.withLock { $0 }) == ["a@x r1", "delete a@x r2"])
    }
}
