import ShippyCore
import Synchronization
import TestSupport
import Testing

@testable import ShippyApp

@Suite struct FallbackUsersTests {
    /// A users service that remembers what it was asked, and answers, or fails to.
    private final class Recorded: UsersAPI {
        let requests = Mutex<[CreateUser]>([])
        let changes = Mutex<[String]>([])
        let answers: Bool
        private let users: Mutex<[User]>

        init(answers: Bool, users: [User] = []) {
            self.answers = answers
            self.users = Mutex(users)
        }

        func create(_ requests: [CreateUser], requestID: String) async throws -> [Result<CreatedUser, ShippyError>] {
            self.requests.withLock { $0 += requests }
            guard answers else { throw ShippyError(.unavailable, "it died with the answer") }
            return requests.map { .success(CreatedUser(user: Samples.user($0.email), isNew: true)) }
        }

        func user(_ idOrEmail: String) async throws -> UserRecord {
            guard let user = users.withLock({ $0.first { $0.id == idOrEmail || $0.email.description == idOrEmail } }) else {
                throw ShippyError(.notFound, "")
            }
            return UserRecord(user: user, role: .user, state: .active)
        }

        func users(_ filter: UserFilter, after cursor: String?, limit: Int) async throws -> [UserRecord] { [] }
        func userCount(_ filter: UserFilter) async throws -> Int { 0 }

        func change(_ idOrEmail: String, _ change: UserChange, ifRevision revision: Int64?, requestID: String) async throws -> UserRecord {
            changes.withLock { $0.append(idOrEmail) }
            guard answers else { throw ShippyError(.unavailable, "it died with the answer") }
            return try await user(idOrEmail)
        }

        func delete(_ idOrEmail: String, ifRevision revision: Int64?, requestID: String) async throws -> User {
            guard answers else { throw ShippyError(.unavailable, "it died with the answer") }
            let user = try await user(idOrEmail).user
            users.withLock { $0.removeAll { $0.id == user.id } }
            return user
        }
    }

    private func fallback(
        _ remote: Recorded, _ local: Recorded, hasInstances: Bool = true, hasAnswer: Bool = false, isEmbedded: Bool = true
    ) -> FallbackUsers {
        FallbackUsers(
            service: Fallback(
                remote: remote, hasInstances: { hasInstances }, hasAnswer: { hasAnswer }, isServingHere: { false },
                mayServeHere: { isEmbedded }, local: { _ in local }, place: "registered in etcd://h"))
    }

    /// The instance may have created the user before it died: asking again under the same key creates nobody twice.
    @Test func theKeyIsTheSameOnBothWays() async throws {
        let (remote, local) = (Recorded(answers: false), Recorded(answers: true))
        let requests = [CreateUser(email: "a@x"), CreateUser(email: "b@x")]
        _ = try await fallback(remote, local).create(requests, requestID: "r")
        let first = remote.requests.withLock { $0.map(\.idempotencyKey) }
        let second = local.requests.withLock { $0.map(\.idempotencyKey) }
        #expect(first == second)
        #expect(Set(first.compactMap { $0 }).count == 2)
    }

    @Test func aKeyThatWasGivenIsKept() async throws {
        let (remote, local) = (Recorded(answers: true), Recorded(answers: true))
        _ = try await fallback(remote, local).create([CreateUser(email: "a@x", idempotencyKey: "mine")], requestID: "r")
        #expect(remote.requests.withLock { $0.map(\.idempotencyKey) } == ["mine"])
        #expect(local.requests.withLock { $0.isEmpty })
    }

    /// The instance deleted the user and died with the answer: the service in this process no longer finds them.
    @Test func aDeletionWhoseAnswerWasLostSucceeds() async throws {
        let user = Samples.user("a@x")
        let deleted = try await fallback(Recorded(answers: false, users: [user]), Recorded(answers: true)).delete("a@x", requestID: "r")
        #expect(deleted == user)
    }

    /// Under the old address, the second call would not find the user whose address the first one has changed.
    @Test func aChangeIsMadeByID() async throws {
        let user = Samples.user("a@x")
        let (remote, local) = (Recorded(answers: false, users: [user]), Recorded(answers: true, users: [user]))
        let changed = try await fallback(remote, local).change("a@x", .details(email: "b@x", name: nil, company: nil), requestID: "r")
        #expect(changed.user == user)
        for service in [remote, local] { #expect(service.changes.withLock { $0 } == [user.id]) }
    }

    @Test func deletingNobodyFails() async throws {
        for hasInstances in [true, false] {
            let error = await #expect(throws: ShippyError.self) {
                try await fallback(Recorded(answers: true), Recorded(answers: true), hasInstances: hasInstances).delete("a@x", requestID: "r")
            }
            #expect(error?.code == .notFound)
        }
    }

    /// Its store is busy, and would be busy here, too.
    @Test func anInstanceThatAnswersIsNotReplaced() async throws {
        let (remote, local) = (Recorded(answers: false), Recorded(answers: true))
        let error = await #expect(throws: ShippyError.self) {
            try await fallback(remote, local, hasAnswer: true).create([CreateUser(email: "a@x")], requestID: "r")
        }
        #expect(error?.code == .unavailable)
        #expect(local.requests.withLock { $0.isEmpty })
    }

    @Test func withARemoteEngineNothingIsServedHere() async throws {
        let (remote, local) = (Recorded(answers: false), Recorded(answers: true))
        for hasInstances in [true, false] {
            let error = await #expect(throws: ShippyError.self) {
                try await fallback(remote, local, hasInstances: hasInstances, isEmbedded: false).create([CreateUser(email: "a@x")], requestID: "r")
            }
            #expect(error?.code == .unavailable)
        }
        #expect(local.requests.withLock { $0.isEmpty })
    }
}

@Suite struct RequestedEmailTests {
    @Test func aBareNameIsCompletedOnlyWithADomainThatWasNamed() throws {
        #expect(try RequestedEmail("ada", domain: nil).text == "ada")
        #expect(try RequestedEmail("ada", domain: "Example.com").text == "ada@example.com")
        #expect(try RequestedEmail("ada@X.example", domain: "example.com").text == "ada@x.example")
    }

    @Test(arguments: ["", "a b", "a\r\nb", "a@", "@b", "a@b c"])
    func othersAreRefused(text: String) {
        let error = #expect(throws: ShippyError.self) { try RequestedEmail(text, domain: nil) }
        #expect(error?.code == .invalid)
    }
}
