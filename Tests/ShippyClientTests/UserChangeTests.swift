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
        let records = Mutex<[UserRecord]>([])
        let filters = Mutex<[UserFilter]>([])

        func user(_ idOrEmail: String) async throws -> UserRecord {
            guard let record = records.withLock({ $0.first }) else { throw ShippyError(.notFound, "") }
            return record
        }

        func users(_ filter: UserFilter, after cursor: String?, limit: Int) async throws -> [UserRecord] {
            filters.withLock { $0.append(filter) }
            return records.withLock { $0 }
        }

        func change(_ idOrEmail: String, _ change: UserChange, requestID: String) async throws -> UserRecord {
            changes.withLock { $0.append(change) }
            calls.withLock { $0.append("\(idOrEmail) \(requestID)") }
            return UserRecord(user: Samples.user(idOrEmail), role: .reader, state: .disabled)
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
        try await Instances.serving("users", [UsersGRPC(gate: .open, users: { _ in service }, logger: Logger(label: "test"))]) {
            balancer in
            let connections = Connections()
            let client = UsersClient(balancer: balancer, connections: connections, credentials: .none)
            for change in all {
                let user = try await client.change("a@x", change, requestID: "r1")
                #expect(user.user.email.description == "a@x" && user.role == .reader && user.state == .disabled)
            }
            let deleted = try await client.delete("a@x", requestID: "r2")
            #expect(deleted.email.description == "a@x")
            await connections.close()
        }
        #expect(service.changes.withLock { $0 } == all)
        #expect(Set(service.calls.withLock { $0 }) == ["a@x r1", "delete a@x r2"])
    }

    private func listing(_ service: Recorded, _ body: (UsersClient) async throws -> Void) async throws {
        try await Instances.serving("users", [UsersGRPC(gate: .open, users: { _ in service }, logger: Logger(label: "test"))]) { balancer in
            let connections = Connections()
            try await body(UsersClient(balancer: balancer, connections: connections, credentials: .none))
            await connections.close()
        }
    }

    @Test func aListHasRolesAndStatesAndAsksOnlyForSome() async throws {
        let service = Recorded()
        let records = [
            UserRecord(user: Samples.user("a@x"), role: .admin, state: .disabled, isConfirmed: true),
            UserRecord(user: Samples.user("b@x"), role: .user, state: .active, isConfirmed: false),
        ]
        let filters = [UserFilter.all, UserFilter(role: .admin), UserFilter(role: .admin, state: .disabled), UserFilter(state: .disabled)]
        try await listing(service) { client in
            service.records.withLock { $0 = records }
            let (user, all) = (try await client.user("a@x"), try await client.users(filters[0], after: nil, limit: 10))
            #expect(user == records[0] && all == records)
            service.records.withLock { $0 = [records[0]] }
            for filter in filters[1...] {
                let some = try await client.users(filter, after: nil, limit: 10)
                #expect(some == [records[0]])
            }
        }
        #expect(service.filters.withLock { $0 } == filters)
    }

    /// An instance of an older release does not know filters.
    @Test func usersWhoWereNotAskedForAreNotShown() async throws {
        let service = Recorded()
        service.records.withLock { $0 = [UserRecord(user: Samples.user("a@x"), role: nil, state: nil)] }
        try await listing(service) { client in
            let all = try await client.users(.all, after: nil, limit: 10)
            #expect(all.count == 1)
            for filter in [UserFilter(role: .user), UserFilter(state: .active)] {
                let error = await #expect(throws: ShippyError.self) { try await client.users(filter, after: nil, limit: 10) }
                #expect(error?.code == .failed)
            }
        }
    }
}
