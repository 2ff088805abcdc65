import GRDB
import ShippyCore
import TestSupport
import Testing

@testable import EmbeddedEngines
@testable import PostgresEngine

@Suite struct UserStoreContractTests {
    @Test(arguments: StoreUnderTest.allCases)
    func aUserAndItsEventAreStoredTogether(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let new = Samples.newUser("ada@example.com")
            let stored = try await store.insert([new])[0].get()
            #expect(stored == StoredUser(user: new.user, isNew: true, eventSequence: engine == .sqliteWithLog ? 1 : nil))
            let record = UserRecord(user: new.user, role: .user, state: .active, isConfirmed: false, revision: 1)
            #expect(try await store.user(id: new.user.id) == record)
            #expect(try await store.user(email: "ADA@example.COM") == record)
            let caused = CausedEvent(id: new.event.id, headers: new.event.headers, payload: new.event.payload)
            #expect(try await store.causedEvents() == [caused])
        }
    }

    /// An older release took it, or somebody wrote it into the database.
    @Test(arguments: StoreUnderTest.allCases)
    func anAddressThatWouldBeRefusedTodayIsStillRead(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let addresses = ["\"ada l\"@[10.0.0.1]", "nobody", "ü@ü..de"]
            _ = try await store.insert(addresses.map { Samples.newUser($0) })
            #expect(Set(try await store.users(.all, after: nil, limit: 10).map(\.user.email.description)) == Set(addresses))
            #expect(try await store.user(email: addresses[0])?.user.email.description == addresses[0])
            let mails = addresses.map { Samples.mail($0) }
            _ = try await store.enqueue(mails)
            for mail in mails { #expect(try await store.mail(id: mail.id)?.to == mail.to) }
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func anAddressIsTakenWithoutRegardToCase(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let outcomes = try await store.insert([
                Samples.newUser("ada@example.com"), Samples.newUser("ADA@example.com"), Samples.newUser("bob@example.com"),
            ])
            #expect(outcomes.map { (try? $0.get()) != nil } == [true, false, true])
            guard case .failure(let error) = outcomes[1] else { return }
            #expect(error.code == .conflict)
            #expect(try await store.userCount() == 2)
            // One event each: none for the one that failed.
            #expect(try await store.causedEvents().count == 2)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func racingCreationsGiveOneUser(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let successes = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 {
                    group.addTask { try await store.insert([Samples.newUser("race@example.com")])[0].isSuccess }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(successes == 1)
            #expect(try await store.causedEvents().count == 1)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func anIdempotencyKeyGivesTheSameUserAgain(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let key = IdempotencyKey(key: "k1", fingerprint: "f")
            let first = try await store.insert([Samples.newUser("ada@example.com", idempotency: key)])[0].get()
            let again = try await store.insert([Samples.newUser("ada@example.com", idempotency: key)])[0].get()
            #expect(again == StoredUser(user: first.user, isNew: false, repeats: FirstRequest(passwordHash: nil)))
            let other = IdempotencyKey(key: "k1", fingerprint: "g")
            guard case .failure(let error) = try await store.insert([Samples.newUser("bob@example.com", idempotency: other)])[0] else {
                Issue.record("a key of another request was taken")
                return
            }
            #expect(error.code == .invalid)
            #expect(try await store.causedEvents().count == 1)
        }
    }

    /// The caller compares the passwords: so it gets the hash of the first one, and only where a key was repeated.
    @Test(arguments: StoreUnderTest.allCases)
    func aRepeatedKeyGivesTheFirstPasswordsHash(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            var new = Samples.newUser("ada@example.com", idempotency: IdempotencyKey(key: "k1", fingerprint: "f"))
            new.passwordHash = "$2b$10$first"
            #expect(try await store.insert([new])[0].get().repeats == nil)
            var again = Samples.newUser("ada@example.com", idempotency: IdempotencyKey(key: "k1", fingerprint: "f"))
            again.passwordHash = "$2b$10$second"
            let repeated = try await store.insert([again])[0].get()
            #expect(repeated == StoredUser(user: new.user, isNew: false, repeats: FirstRequest(passwordHash: "$2b$10$first")))
        }
    }

    /// Without storing anything.
    @Test(arguments: StoreUnderTest.allCases)
    func anEarlierRequestIsFoundByItsKey(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let key = IdempotencyKey(key: "k1", fingerprint: "f")
            #expect(try await store.earlier(key) == nil)
            var new = Samples.newUser("ada@example.com", idempotency: key)
            new.passwordHash = "$2b$10$first"
            _ = try await store.insert([new])[0].get()
            let found = StoredUser(user: new.user, isNew: false, repeats: FirstRequest(passwordHash: "$2b$10$first"))
            #expect(try await store.earlier(key) == found)
            #expect(try await store.earlier(IdempotencyKey(key: "k2", fingerprint: "f")) == nil)
            let other = await #expect(throws: ShippyError.self) { try await store.earlier(IdempotencyKey(key: "k1", fingerprint: "g")) }
            #expect(other == .otherRequest(key: "k1"))
            _ = try await store.deleteUser(id: new.user.id, ifRevision: nil, event: nil, audit: nil)
            let deleted = await #expect(throws: ShippyError.self) { try await store.earlier(key) }
            #expect(deleted == .deletedSince(key))
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aStoreHasANameOfItsOwn(engine: StoreUnderTest) async throws {
        try await engine.withPlace { place in
            var identity = ""
            try await place.with { store in
                identity = try await store.identity()
                #expect(!identity.isEmpty)
                #expect(try await store.identity() == identity)
            }
            try await place.with { store in
                let again = try await store.identity()
                #expect(again == identity)
            }
            try await engine.with { store in
                let other = try await store.identity()
                #expect(other != identity)
            }
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func keepExistingGivesWhoIsThere(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let first = try await store.insert([Samples.newUser("ada@example.com")])[0].get()
            let second = try await store.insert([Samples.newUser("Ada@example.com", onConflict: .keepExisting)])[0].get()
            #expect(second == StoredUser(user: first.user, isNew: false))
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func pagesFollowEachOtherInOrder(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let users = (0..<25).map { Samples.newUser("u\($0)@example.com") }
            _ = try await store.insert(users)
            var seen: [User] = []
            while true {
                let page = try await store.users(.all, after: seen.last?.id, limit: 10).map(\.user)
                if page.isEmpty { break }
                seen += page
            }
            #expect(seen == users.map(\.user))
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func usersAreListedByRoleAndState(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let users = (0..<6).map { Samples.newUser("u\($0)@example.com") }
            _ = try await store.insert(users)
            let given: [(AccessRole, UserState)] = [
                (.admin, .active), (.user, .active), (.admin, .disabled), (.user, .disabled), (.reader, .active), (.admin, .active),
            ]
            for (new, (role, state)) in zip(users, given) {
                var account = try #require(try await store.account(id: new.user.id))
                account.role = role
                account.isDisabled = state == .disabled
                account.isConfirmed = role == .admin
                _ = try await store.update(AccountUpdate(account: account, audit: nil))
            }
            let records = zip(users, given).map { UserRecord(user: $0.user, role: $1.0, state: $1.1, isConfirmed: $1.0 == .admin, revision: 2) }
            for role in [nil] + AccessRole.allCases {
                for state in [nil] + UserState.allCases {
                    let filter = UserFilter(role: role, state: state)
                    #expect(try await store.users(filter, after: nil, limit: 10) == records.filter(filter.matches))
                }
            }
            // A page is full of what is asked for.
            #expect(try await store.users(UserFilter(role: .admin), after: records[0].id, limit: 2) == [records[2], records[5]])
            #expect(try await store.user(id: records[2].id) == records[2])
            #expect(try await store.user(email: "u4@example.com") == records[4])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aDeletedUserIsGoneAndTheAddressFree(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let stored = try await store.insert([Samples.newUser("ada@example.com")])[0].get()
            #expect(try await store.deleteUser(id: stored.user.id, ifRevision: nil, event: nil, audit: nil))
            #expect(try await !store.deleteUser(id: stored.user.id, ifRevision: nil, event: nil, audit: nil))
            #expect(try await store.user(id: stored.user.id) == nil)
            #expect(try await store.insert([Samples.newUser("ada@example.com")])[0].isSuccess)
        }
    }

    /// Neither its password's hash, nor anybody else's.
    @Test(arguments: StoreUnderTest.allCases)
    func aDeletedUsersHashIsForgotten(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            func newUser(_ email: String, _ key: String) -> NewUser {
                var new = Samples.newUser(email, idempotency: IdempotencyKey(key: key, fingerprint: email))
                new.passwordHash = "hash of \(email)"
                return new
            }
            let (ada, bob) = (newUser("ada@example.com", "a"), newUser("bob@example.com", "b"))
            for outcome in try await store.insert([ada, bob]) { #expect(outcome.isSuccess) }
            #expect(try await store.deleteUser(id: ada.user.id, ifRevision: nil, event: nil, audit: nil))
            let hashes: [String]
            if let store = store as? SQLiteStore {
                hashes = try await store.database.read {
                    try String.fetchAll($0, sql: "SELECT password_hash FROM idempotency WHERE password_hash IS NOT NULL")
                }
            } else {
                let store = try #require(store as? PostgresStore)
                hashes = try await store.pool.run {
                    try $0.execute("SELECT password_hash FROM idempotency WHERE password_hash IS NOT NULL").map { $0.text(0) }
                }
            }
            #expect(hashes == ["hash of bob@example.com"])
            // The key is used up still.
            let again = try await store.insert([newUser("ada@example.com", "a")])[0]
            guard case .failure(let error) = again else {
                Issue.record("the key was forgotten")
                return
            }
            #expect(error.code == .conflict)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func addressesAreFoundByTheirBeginning(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            _ = try await store.insert(["ada@x.de", "adam@x.de", "bob@x.de", "a%b@x.de"].map { Samples.newUser($0) })
            #expect(try await store.emails(prefix: "ada", limit: 10).sorted() == ["ada@x.de", "adam@x.de"])
            #expect(try await store.emails(prefix: "a%", limit: 10) == ["a%b@x.de"])
            #expect(try await store.emails(prefix: "", limit: 2).count == 2)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aTrialLeavesNothingBehind(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let outcome = try await store.insert([Samples.newUser("ada@example.com")])[0]
            #expect(outcome.isSuccess)
            for _ in 0..<2 { #expect(try await store.tryWriting()) }
            #expect(try await store.userCount() == 1)
            #expect(try await store.causedEvents().count == 1)
        }
    }
}

extension Result {
    var isSuccess: Bool { if case .success = self { true } else { false } }
}
