import Logging
import ShippyAccess
import ShippyCore
import ShippyEvents
import ShippyUsers
import Synchronization
import TestSupport
import Testing

/// A store in memory that can be made to fail.
final class MemoryStore: UserStore {
    private struct State {
        var users: [User] = []
        var hashes: [String?] = []
        var events: [OutgoingEvent] = []
        var keys: [IdempotencyKey?] = []
        var repeats: FirstRequest?
        var failure: ShippyError?
        var failures: [String: ShippyError] = [:]
        var commits = 0
        var kept: [KeptUser?] = []
        var lastAuthority: Authority?
    }

    private let state = Mutex(State())

    var hashes: [String?] { state.withLock { $0.hashes } }
    var events: [OutgoingEvent] { state.withLock { $0.events } }
    var keys: [IdempotencyKey?] { state.withLock { $0.keys } }
    var kept: [KeptUser?] { state.withLock { $0.kept } }
    var lastAuthority: Authority? { state.withLock { $0.lastAuthority } }
    var commits: Int { state.withLock { $0.commits } }
    /// From now on every creation is one that was asked for before, with this password.
    func setRepeats(_ first: FirstRequest) { state.withLock { $0.repeats = first } }
    /// From now on every creation fails with this; nil ends that.
    func setFailure(_ error: ShippyError?) { state.withLock { $0.failure = error } }

    /// From now on the creation of this user fails, and no other.
    func setFailure(_ error: ShippyError, of email: String) { state.withLock { $0.failures[email] = error } }

    func insert(_ users: [NewUser], ifValid authority: Authority?) async throws -> [Result<StoredUser, ShippyError>] {
        try await Task.sleep(for: .milliseconds(2))
        return try state.withLock { state in
            if let failure = state.failure { throw failure }
            state.commits += 1
            state.lastAuthority = authority
            return users.map { new in
                if let failure = state.failures[new.user.email.description] { return .failure(failure) }
                state.keys.append(new.idempotency)
                if let first = state.repeats { return .success(StoredUser(user: new.user, isNew: false, repeats: first)) }
                if state.users.contains(where: { $0.email.description.lowercased() == new.user.email.description.lowercased() }) {
                    return .failure(ShippyError(.conflict, "taken"))
                }
                state.users.append(new.user)
                state.hashes.append(new.passwordHash)
                state.kept.append(new.kept)
                state.events.append(new.event)
                return .success(StoredUser(user: new.user, isNew: true))
            }
        }
    }

    func insert(_ user: NewUser) async throws -> StoredUser { try await insert([user])[0].get() }

    func earlier(_ idempotency: IdempotencyKey) async throws -> StoredUser? {
        state.withLock { state in
            guard let first = state.repeats else { return nil }
            return state.users.first.map { StoredUser(user: $0, isNew: false, repeats: first) }
        }
    }

    func user(id: String) async throws -> UserRecord? { state.withLock { $0.users.first { $0.id == id } }.map(Self.record) }
    func user(email: String) async throws -> UserRecord? {
        state.withLock { $0.users.first { $0.email.description == email } }.map(Self.record)
    }
    func users(_ filter: UserFilter, after cursor: String?, limit: Int) async throws -> [UserRecord] {
        state.withLock { $0.users.prefix(limit).map(Self.record) }
    }
    private static func record(_ user: User) -> UserRecord { UserRecord(user: user, role: .user, state: .active) }
    func emails(prefix: String, limit: Int) async throws -> [String] { [] }
    func userCount(_ filter: UserFilter) async throws -> Int { state.withLock { $0.users.count } }
    func indexUsers(inSegmentsOf size: Int) async throws -> Bool { false }
    func deleteUser(
        id: String, ifRevision revision: Int64?, ifValid authority: Authority?, needsOtherAdmin: Bool, event: OutgoingEvent?, audit: AuditEntry?
    ) async throws -> Bool {
        state.withLock { state in
            let count = state.users.count
            state.users.removeAll { $0.id == id }
            guard state.users.count < count else { return false }
            if let event { state.events.append(event) }
            return true
        }
    }
}

@Suite struct UsersServiceTests {
    private let store = MemoryStore()

    private func service(mailDomain: String? = "localhost") -> UsersService {
        UsersService(
            store: store, secret: .random(), options: .init(mailDomain: mailDomain, bcryptCost: 10),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func failure(_ request: CreateUser, mailDomain: String? = "localhost") async -> ShippyError? {
        await #expect(throws: ShippyError.self) {
            try await service(mailDomain: mailDomain).create(request, by: .nobody, requestID: "r")
        }
    }

    @Test func aUserAndItsEventSayTheSame() async throws {
        let created = try await service().create(CreateUser(email: "ada@Example.com", name: "Ada"), by: .nobody, requestID: "r1")
        #expect(created.user.email.description == "ada@example.com")
        let event = store.events[0]
        #expect(CanonicalUserJSON(event.payload)?.user == EventUser(id: created.user.id, name: "Ada", company: "", email: "ada@example.com"))
        #expect(event.headers["X-Request-Id"] == "r1")
    }

    @Test func aBareNameIsCompletedOnlyWhereThereIsADomain() async throws {
        #expect(
            try await service().create(CreateUser(email: "test"), by: .nobody, requestID: "r").user.email.description == "test@localhost"
        )
        #expect(await failure(CreateUser(email: "test"), mailDomain: nil)?.code == .invalid)
    }

    private static let hash = "$2b$10$abcdefghijklmnopqrstuu5Lu/EQCyEMYQnPv0b.k6zqAbc.defgh"

    /// The event is about today, whenever the user was created.
    @Test func whatAUserKeepsIsStoredAndTheEventIsNew() async throws {
        let made = Timestamp.now + .seconds(-3600)
        let kept = KeptUser(id: Samples.id(madeAt: made), passwordHash: Self.hash, state: .active)
        let created = try await service().create(
            [CreateUser(email: "ada@example.com", kept: kept), CreateUser(email: "bob@example.com", kept: KeptUser(state: .disabled))],
            by: .nobody, requestID: "r")
        let users = try created.map { try $0.get().user }
        #expect(users[0].id == kept.id && users[0].createdAt == made)
        #expect(store.hashes == [Self.hash, nil])
        #expect(store.events.allSatisfy { $0.time > made + .seconds(3000) && UUIDv7.time($0.id)! > made + .seconds(3000) })
        #expect(store.events.map { $0.headers[HeaderName.welcome] } == [nil, "no"])
        #expect(store.kept.map { $0?.id } == [kept.id, nil])
    }

    @Test(arguments: [
        KeptUser(id: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"), KeptUser(createdAt: Timestamp(milliseconds: 1)), KeptUser(passwordHash: "x"),
        KeptUser(passwordHash: hash.replacing("$2b$", with: "$2x$")), KeptUser(passwordHash: hash.replacing("$10$", with: "$21$")),
    ])
    func whatCannotBeKeptIsRefused(kept: KeptUser) async throws {
        let outcomes = try await service().create(
            [CreateUser(email: "ada@example.com", kept: kept), CreateUser(email: "bob@example.com")], by: .nobody, requestID: "r")
        #expect(throws: ShippyError.self) { try outcomes[0].get() }
        #expect(try outcomes[1].get().isNew)
        #expect(
            await #expect(throws: ShippyError.self) {
                try await service().create([CreateUser(email: "ada@example.com", kept: kept)], by: .nobody, requestID: "r")[0].get()
            }?.code == .invalid)
    }

    @Test func aHashAndAPasswordAreTooMuch() async throws {
        let request = CreateUser(email: "ada@example.com", password: "correct horse", kept: KeptUser(passwordHash: Self.hash))
        let error = await #expect(throws: ShippyError.self) { try await service().create([request], by: .nobody, requestID: "r")[0].get() }
        #expect(error?.field == "password_hash")
    }

    /// Whoever has lost the right to give roles gives none by an import.
    @Test func rolesAreGivenByWhoeverStillMay() async throws {
        let caller = Caller(.token(id: "t"), role: .admin, address: "")
        for (role, authority) in [(AccessRole.reader, caller.authority), (.user, nil), (nil, nil)] as [(AccessRole?, Authority?)] {
            _ = try await service().create(
                [CreateUser(email: "\(UUIDv7.next())@example.com", kept: KeptUser(role: role, isConfirmed: true))], by: caller, requestID: "r")
            #expect(store.lastAuthority == authority)
        }
    }

    @Test func passwordsAreHashedAndNowhereElse() async throws {
        _ = try await service().create(CreateUser(email: "ada@example.com", password: "correct horse"), by: .nobody, requestID: "r")
        let hash = try #require(store.hashes[0])
        #expect(hash.hasPrefix("$2b$10$"))
        #expect(bcryptVerifies("correct horse", hash))
        #expect(!bcryptVerifies("correct horsf", hash))
        #expect(!String(decoding: store.events[0].payload, as: UTF8.self).contains("horse"))
        #expect(!String(decoding: store.events[0].payload, as: UTF8.self).contains("$2b$"))
    }

    @Test func aPasswordIsNeverCut() async throws {
        let longest = String(repeating: "a", count: 72)
        #expect(await failure(CreateUser(email: "a@b", password: longest + "b"))?.field == "password")
        #expect(await failure(CreateUser(email: "a@b", password: "geheimer\0rest"))?.field == "password")
        #expect(await failure(CreateUser(email: "a@b", password: ""))?.field == "password")
        #expect(await failure(CreateUser(email: "a@b", password: String(repeating: "ä", count: 37)))?.field == "password")
        _ = try await service().create(CreateUser(email: "a@b", password: longest), by: .nobody, requestID: "r")
        #expect(bcryptVerifies(longest, try #require(store.hashes[0])))
    }

    @Test func tooManyPasswordsAreRefusedAndNotQueuedForEver() async throws {
        let service = service()
        let outcomes = await withTaskGroup(of: ShippyError.Code?.self) { group in
            for number in 0..<300 {
                group.addTask {
                    do {
                        _ = try await service.create(
                            CreateUser(email: "u\(number)@example.com", password: "correct horse"), by: .nobody, requestID: "r")
                        return nil
                    } catch {
                        return ShippyError.wrapping(error).code
                    }
                }
            }
            return await group.reduce(into: [ShippyError.Code?]()) { $0.append($1) }
        }
        #expect(outcomes.contains(nil))
        #expect(outcomes.contains(.overloaded))
        #expect(outcomes.allSatisfy { $0 == nil || $0 == .overloaded })
        await service.close()
    }

    @Test func fieldsHaveLimits() async {
        #expect(await failure(CreateUser(email: "a@b", name: String(repeating: "x", count: 1025)))?.field == "name")
        #expect(await failure(CreateUser(email: "a@b", company: "x\0"))?.field == "company")
        #expect(await failure(CreateUser(email: "a@b", idempotencyKey: "a b"))?.field == "idempotency_key")
        #expect(await failure(CreateUser(email: "a@b", idempotencyKey: ""))?.field == "idempotency_key")
    }

    @Test func aStoreThatIsAwayIsAnErrorAndNotAUser() async throws {
        store.setFailure(ShippyError(.unavailable, "away"))
        #expect(await failure(CreateUser(email: "a@b"))?.code == .unavailable)
        store.setFailure(nil)
        _ = try await service().create(CreateUser(email: "a@b"), by: .nobody, requestID: "r")
        #expect(store.events.count == 1)
    }

    @Test func aBatchReportsEachRow() async throws {
        let outcomes = try await service().create(
            [CreateUser(email: "a@b"), CreateUser(email: "nope nope"), CreateUser(email: "A@b"), CreateUser(email: "c@d")], by: .nobody,
            requestID: "r")
        #expect(outcomes.map { (try? $0.get()) != nil } == [true, false, false, true])
        #expect(store.commits == 1)
    }

    /// The others are stored: their clients must learn of it, whatever the reason of the failure.
    @Test(arguments: [ShippyError.Code.overloaded, .unavailable, .conflict, .failed])
    func aFailureOfOneRowTakesNoOtherAlong(code: ShippyError.Code) async throws {
        store.setFailure(ShippyError(code, "not now"), of: "c@d")
        let outcomes = try await service().create(
            [CreateUser(email: "a@b"), CreateUser(email: "c@d"), CreateUser(email: "e@f")], by: .nobody, requestID: "r")
        #expect(outcomes.map { (try? $0.get()) != nil } == [true, false, true])
        #expect(throws: ShippyError(code, "not now")) { try outcomes[1].get() }
    }

    /// An international domain is stored in punycode.
    @Test func usersAreFoundByTheAddressThatTheyWereCreatedWith() async throws {
        let service = service()
        for address in ["ada@b\u{fc}cher.example", "ada@EXAMPLE.com", "ada"] {
            let user = try await service.create(CreateUser(email: address), by: .nobody, requestID: "r").user
            #expect(try await service.user(address).user == user)
            #expect(try await service.user(user.email.description).user == user)
            #expect(try await service.delete(address, by: .owner, requestID: "r") == user)
        }
        for nobody in ["@", "ada", "", "a b"] {
            let error = await #expect(throws: ShippyError.self) { try await service.user(nobody) }
            #expect(error?.code == .notFound)
        }
    }

    @Test func aDeletionIsPublished() async throws {
        let service = service()
        let user = try await service.create(CreateUser(email: "ada@example.com"), by: .nobody, requestID: "r").user
        _ = try await service.delete(user.id, by: .owner, requestID: "r2")
        let event = try #require(store.events.last)
        #expect(store.events.count == 2)
        #expect(event.subject == .userDeleted)
        #expect(event.headers[HeaderName.id] == user.id)
        #expect(event.headers[HeaderName.requestID] == "r2")
        #expect(event.payload == user.json)
        await #expect(throws: ShippyError.self) { try await service.delete(user.id, by: .owner, requestID: "r3") }
        #expect(store.events.count == 2)
    }

    @Test func aKeyStandsForAllThatWasAskedFor() async throws {
        let variants = [
            CreateUser(email: "a@b", idempotencyKey: "k"), CreateUser(email: "a@b", name: "Ada", idempotencyKey: "k"),
            CreateUser(email: "a@b", company: "Ada", idempotencyKey: "k"), CreateUser(email: "c@d", idempotencyKey: "k"),
        ]
        _ = try await service().create(variants, by: .nobody, requestID: "r")
        #expect(Set(store.keys.map { $0?.fingerprint }).count == 4)
        #expect(store.keys.allSatisfy { $0?.key == "k" })
    }

    @Test func aKeyWithAnotherPasswordIsRefused() async throws {
        let service = service()
        _ = try await service.create(CreateUser(email: "a@b", password: "first password"), by: .nobody, requestID: "r")
        store.setRepeats(FirstRequest(passwordHash: store.hashes[0]))
        let same = try await service.create(
            CreateUser(email: "a@b", password: "first password", idempotencyKey: "k"), by: .nobody, requestID: "r")
        #expect(!same.isNew)
        for password in ["another password", nil] {
            let request = CreateUser(email: "a@b", password: password, idempotencyKey: "k")
            #expect(await failure(request)?.field == "idempotency_key")
            let outcomes = try await service.create([request, request], by: .nobody, requestID: "r")
            #expect(outcomes.allSatisfy { (try? $0.get()) == nil })
        }
        store.setRepeats(FirstRequest(passwordHash: nil))
        #expect(await failure(CreateUser(email: "a@b", password: "first password", idempotencyKey: "k"))?.code == .invalid)
        await service.close()
    }

    @Test(arguments: ["short", "password1", "PassWord1"])
    func aWeakPasswordIsRefused(password: String) async {
        #expect(await failure(CreateUser(email: "a@b", password: password))?.field == "password")
        #expect(store.commits == 0)
    }

    /// Earlier releases took any password. Who repeats a request of then gets the same answer.
    @Test func aCreationOfAnEarlierReleaseCanBeRepeated() async throws {
        let service = service()
        let hasher = PasswordHasher(cost: 4)
        _ = try await service.create(CreateUser(email: "a@b"), by: .nobody, requestID: "r")
        store.setRepeats(FirstRequest(passwordHash: try await hasher.hash("short")))
        let request = CreateUser(email: "a@b", password: "short", idempotencyKey: "k")
        let again = try await service.create(request, by: .nobody, requestID: "r")
        #expect(!again.isNew && again.user.email.description == "a@b")
        let outcomes = try await service.create(
            [request, CreateUser(email: "c@d", password: "other", idempotencyKey: "k")], by: .nobody, requestID: "r")
        #expect(try outcomes[0].get() == again)
        #expect(throws: ShippyError.otherRequest(key: "k")) { try outcomes[1].get() }
        #expect(store.commits == 1)
        await hasher.close()
        await service.close()
    }

    /// As when a file is imported again.
    @Test func anExistingUserIsKeptWhateverItsPassword() async throws {
        let service = service()
        let user = try await service.create(CreateUser(email: "a@b"), by: .nobody, requestID: "r").user
        let again = try await service.create(
            CreateUser(email: "a@b", password: "short", onConflict: .keepExisting), by: .nobody, requestID: "r")
        #expect(again == CreatedUser(user: user, isNew: false))
        #expect(await failure(CreateUser(email: "c@d", password: "short", onConflict: .keepExisting))?.field == "password")
    }

    @Test func aCallHasALimitOfPasswords() async throws {
        let service = service()
        let outcomes = try await service.create(
            (0..<40).map { CreateUser(email: "u\($0)@example.com", password: "correct horse") }, by: .nobody, requestID: "r")
        let refused = outcomes.compactMap { if case .failure(let error) = $0 { error } else { nil } }
        #expect(refused.count == 40 - CreateUser.passwordsPerCall)
        #expect(refused.allSatisfy { $0.code == .tooLarge && $0.message.contains("32") })
        #expect(store.hashes.count == CreateUser.passwordsPerCall)
        await service.close()
    }

    @Test func hashingStopsWhenTheClientHasGone() async throws {
        let service = service()
        let requests = (0..<30).map { CreateUser(email: "u\($0)@example.com", password: "correct horse") }
        let call = Task { try await service.create(requests, by: .nobody, requestID: "r") }
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        #expect(store.commits == 0)
        await service.close()
    }

    @Test func hashingForManyStopsAtShutdown() async throws {
        let service = service()
        service.beginShutdown()
        let requests = (0..<30).map { CreateUser(email: "u\($0)@example.com", password: "correct horse") }
        let error = await #expect(throws: ShippyError.self) { try await service.create(requests, by: .nobody, requestID: "r") }
        #expect(error == .shuttingDown("users"))
        await service.close()
    }
}

extension Caller {
    fileprivate static let nobody = Caller.anonymous(from: "")
    fileprivate static let owner = Caller(.owner, role: .admin, address: "")
}
