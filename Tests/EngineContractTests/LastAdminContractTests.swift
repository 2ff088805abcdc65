import ShippyCore
import TestSupport
import Testing

/// A change that needs another administrator is made while there is one.
@Suite struct LastAdminContractTests {
    private func admin(_ email: String, _ store: any Store) async throws -> Account {
        var account = try #require(try await store.account(id: store.insertedUser(email).id))
        account.role = .admin
        return try #require(try await store.update(AccountUpdate(account: account, audit: nil)))
    }

    private func demotion(_ account: Account) -> AccountUpdate {
        var changed = account
        changed.role = .user
        return AccountUpdate(account: changed, audit: nil, needsOtherAdmin: true)
    }

    @Test(arguments: StoreUnderTest.allCases)
    func somebodyElseMustBeAnAdministratorWhoIsNotDisabled(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let ada = try await admin("ada@example.com", store)
            var bob = try await admin("bob@example.com", store)
            bob.isDisabled = true
            bob = try #require(try await store.update(AccountUpdate(account: bob, audit: nil)))
            let events = try await store.causedEvents().count
            await #expect(throws: ShippyError.lastAdmin) { try await store.update(demotion(ada)) }
            await #expect(throws: ShippyError.lastAdmin) {
                try await store.deleteUser(
                    id: ada.user.id, ifRevision: nil, ifValid: nil, needsOtherAdmin: true, event: Samples.outgoing("user.deleted"), audit: nil)
            }
            #expect(try await store.account(id: ada.user.id) == ada)
            #expect(try await store.causedEvents().count == events)
            bob.isDisabled = false
            _ = try await store.update(AccountUpdate(account: bob, audit: nil))
            #expect(try await store.update(demotion(ada))?.role == .user)
        }
    }

    /// One of them is first, and the other one then is the last.
    @Test(arguments: StoreUnderTest.allCases)
    func ofTwoWhoGiveUpAtOnceOneRemains(engine: StoreUnderTest) async throws {
        try await engine.withPlace { place in
            try await place.with { store in
                try await place.with { other in
                    for round in 0..<20 {
                        let accounts = [try await admin("a\(round)@example.com", store), try await admin("b\(round)@example.com", store)]
                        let made = await withTaskGroup(of: Bool.self) { group in
                            for (account, store) in zip(accounts, [store, other]) {
                                group.addTask {
                                    do {
                                        return try await store.update(demotion(account)) != nil
                                    } catch {
                                        #expect(error as? ShippyError == .lastAdmin, "\(error)")
                                        return false
                                    }
                                }
                            }
                            return await group.reduce(into: [] as [Bool]) { $0.append($1) }
                        }
                        #expect(made.count { $0 } == 1)
                        for account in accounts { _ = try await store.deleteUser(id: account.user.id, ifRevision: nil, event: nil, audit: nil) }
                    }
                }
            }
        }
    }
}
