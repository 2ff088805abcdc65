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

        func userCount(_ filter: UserFilter) async throws -> Int {
            filters.withLock { $0.append(filter) }
            return 1_234_567
        }

        func change(_ idOrEmail: String, _ change: UserChange, ifRevision revision: Int64?, requestID: String) async throws -> UserRecord {
            if let revision, revision != 7 { throw ShippyError(.outdated, "another revision") }
            changes.withLock { $0.append(change) }
            calls.withLock { $0.append("\(idOrEmail) \(requestID)") }
            return UserRecord(user: Samples.user(idOrEmail), role: .reader, state: .disabled, revision: revision.map { $0 + 1 })
        }

        func delete(_ idOrEmail: String, ifRevision revision: Int64?, requestID: String) async throws -> User {
            if let revision, revision != 7 { throw ShippyError(.outdated, "another revision") }
            calls.withLock { $0.append("delete \(idOrEmail) \(requestID)") }
            return Samples.user(idOrEmail)
        }
    }

    @Test func eachChangeArrivesAsItWasMade() async throws {
        let changes: [UserChange] = [
            .details(email: "b@x", name: "", company: nil), .details(email: nil, name: nil, company: "C"), .disable, .enable, .password("secret"),
            .password("secret", old: "old"), .details(email: "c@x", name: nil, company: nil, password: "present"),
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
            UserRecord(user: Samples.user("a@x"), role: .admin, state: .disabled, isConfirmed: true, revision: 12),
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

    @Test func aChangeIsBoundToARevision() async throws {
        let service = Recorded()
        try await listing(service) { client in
            let changed = try await client.change("a@x", .disable, ifRevision: 7, requestID: "r")
            #expect(changed.revision == 8)
            _ = try await client.delete("a@x", ifRevision: 7, requestID: "r")
            let change = await #expect(throws: ShippyError.self) { try await client.change("a@x", .disable, ifRevision: 6, requestID: "r") }
            let deletion = await #expect(throws: ShippyError.self) { try await client.delete("a@x", ifRevision: 6, requestID: "r") }
            #expect(change?.code == .outdated && deletion?.code == .outdated)
        }
        #expect(service.calls.withLock { $0 } == ["a@x r", "delete a@x r"])
    }

    @Test func aListAndACountAskWithEveryPartOfTheFilter() async throws {
        let service = Recorded()
        let user = Samples.user("a@x")
        let filter = UserFilter(
            role: .user, state: .active, match: try UserMatch("A@ lovel"), since: user.createdAt, until: user.createdAt, newestFirst: true)
        service.records.withLock { $0 = [UserRecord(user: user, role: .user, state: .active)] }
        try await listing(service) { client in
            let (listed, count) = (try await client.users(filter, after: "7", limit: 10).count, try await client.userCount(filter))
            #expect(listed == 1 && count == 1_234_567)
            let later = UserFilter(since: user.createdAt + .milliseconds(1))
            let error = await #expect(throws: ShippyError.self) { try await client.users(later, after: nil, limit: 10) }
            #expect(error?.code == .failed)
        }
        #expect(service.filters.withLock { $0.prefix(2) } == [filter, filter])
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
