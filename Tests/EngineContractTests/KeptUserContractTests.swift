import ShippyCore
import TestSupport
import Testing

/// Users who keep something of an earlier life.
@Suite struct KeptUserContractTests {
    private func newUser(_ email: String, _ kept: KeptUser, onConflict: NewUser.Conflict = .keepExisting) -> NewUser {
        var new = Samples.newUser(email, onConflict: onConflict)
        if let id = kept.id { new.user.id = id }
        new.passwordHash = kept.passwordHash
        new.kept = kept
        return new
    }

    private func refusal(_ outcome: Result<StoredUser, ShippyError>) -> String? {
        if case .failure(let error) = outcome { error.code == .conflict ? error.message : "\(error)" } else { nil }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func everythingIsKept(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let later = try await store.insertedUser("later@example.com")
            let kept = KeptUser(
                id: Samples.id(madeAt: .now + .seconds(-3600)), passwordHash: "$2b$10$hash", role: .operator, state: .disabled, isConfirmed: true)
            let new = newUser("ada@example.com", kept)
            let plain = Samples.newUser("bob@example.com", onConflict: .keepExisting)
            let outcomes = try await store.insert([new, plain])
            #expect(outcomes.map { (try? $0.get())?.isNew } == [true, true])
            let account = Account(
                user: new.user, role: .operator, isDisabled: true, isConfirmed: true, passwordHash: "$2b$10$hash", revision: 1)
            #expect(try await store.account(id: new.user.id) == account)
            let other = Account(user: plain.user, role: .user, isDisabled: false, passwordHash: nil, revision: 1)
            #expect(try await store.account(id: plain.user.id) == other)
            // The ID tells the order.
            #expect(try await store.users(.all, after: nil, limit: 10).map(\.id) == [new.user.id, later.id, plain.user.id])
            #expect(try await store.accounts(after: nil, limit: 1) == [account])
            #expect(try await store.accounts(after: account.user.id, limit: 5).map(\.user.id) == [later.id, plain.user.id])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func whoIsThereAlreadyStaysAsTheyAre(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let ada = try await store.insertedUser("ada@example.com")
            let bob = try await store.insertedUser("bob@example.com")
            let outcomes = try await store.insert([
                newUser("ADA@example.com", KeptUser(id: ada.id)), newUser("new@example.com", KeptUser(id: ada.id)),
                newUser("ada@example.com", KeptUser(id: UUIDv7.next())), newUser("bob@example.com", KeptUser(id: ada.id)),
                newUser("ada@example.com", KeptUser(role: .admin)), newUser("ada@example.com", KeptUser(state: .disabled)),
                newUser("ada@example.com", KeptUser(passwordHash: "$2b$10$other", role: .user, state: .active)),
                newUser("ada@example.com", KeptUser(id: ada.id), onConflict: .refuse),
            ])
            #expect(outcomes.map { (try? $0.get())?.user.id } == [ada.id, nil, nil, nil, nil, nil, ada.id, nil])
            #expect(outcomes.allSatisfy { (try? $0.get())?.isNew != true })
            let other = "a user with the ID \(ada.id) and another e-mail address already exists"
            func different(_ what: String) -> String { "a user with the e-mail address \"ada@example.com\" but a different \(what) already exists" }
            #expect(
                outcomes.map(refusal) == [
                    nil, other, different("ID"), other, different("role"), different("state"), nil,
                    "a user with the e-mail address \"ada@example.com\" already exists",
                ])
            #expect(
                try await store.accounts(after: nil, limit: 9).map { [$0.user.id, $0.role.rawValue, $0.passwordHash] } == [
                    [ada.id, "user", nil], [bob.id, "user", nil],
                ])
            #expect(try await store.causedEvents().count == 2)
        }
    }

    /// No event without its user, and one for each.
    @Test(arguments: StoreUnderTest.allCases)
    func ofTwoWithTheSameIDInOneCallOneIsStored(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let id = UUIDv7.next()
            let outcomes = try await store.insert([
                newUser("ada@example.com", KeptUser(id: id)), newUser("bob@example.com", KeptUser(id: id)),
                newUser("ada@example.com", KeptUser(id: id)),
            ])
            #expect(outcomes.map { (try? $0.get())?.isNew } == [true, nil, false])
            #expect(try await store.userCount() == 1)
            #expect(try await store.causedEvents().count == 1)
        }
    }

    /// The index has been beyond their IDs.
    @Test(arguments: StoreUnderTest.allCases)
    func usersWithEarlierIDsAreFound(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            for outcome in try await store.insert((0..<40).map { Samples.newUser("u\($0)@example.com") }) { #expect(outcome.isSuccess) }
            while try await store.indexUsers(inSegmentsOf: 8) {}
            let id = Samples.id(madeAt: .now + .seconds(-3600))
            #expect(try await store.insert([newUser("grace@example.com", KeptUser(id: id))])[0].isSuccess)
            let filter = UserFilter(match: try UserMatch("grace"))
            #expect(try await store.users(filter, after: nil, limit: 5).map(\.id) == [id])
            while try await store.indexUsers(inSegmentsOf: 8) {}
            #expect(try await store.users(filter, after: nil, limit: 5).map(\.id) == [id])
        }
    }
}
