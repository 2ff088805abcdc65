import ShippyCore
import TestSupport
import Testing

/// A change of who may do what is made by somebody who still may, or not at all.
@Suite struct AuthorityContractTests {
    private enum Change: CaseIterable {
        case update, insertUser, deleteUser, endSession, endSessionsOfUser, insertToken, endToken, replaceKeys
    }

    /// What the changes are about.
    private struct Subject {
        let account: Account
        let session: Session
        let token: APIToken
        let keys: StoredSigningKeys
    }

    private func subject(_ number: Int, _ store: any Store) async throws -> Subject {
        let user = try await store.insertedUser("subject\(number)@example.com")
        let token = Samples.token()
        try await store.insertToken(token, audit: nil)
        return Subject(
            account: try #require(try await store.account(id: user.id)), session: try await store.insertedSession(of: user.id), token: token,
            keys: try await store.signingKeys())
    }

    /// - Returns: whether it was made.
    private func make(
        _ change: Change, to subject: Subject, ifValid authority: Authority?, _ audit: AuditEntry, _ store: any Store
    ) async throws -> Bool {
        let userID = subject.account.user.id
        switch change {
        case .update:
            var changed = subject.account
            changed.role = .admin
            return try await store.update(AccountUpdate(account: changed, authority: authority, audit: audit)) != nil
        case .insertUser:
            var new = Samples.newUser("\(UUIDv7.next())@example.com")
            new.kept = KeptUser(role: .admin)
            return try await store.insert([new], ifValid: authority)[0].get().isNew
        case .deleteUser:
            return try await store.deleteUser(
                id: userID, ifRevision: nil, ifValid: authority, event: Samples.outgoing("user.deleted"), audit: audit)
        case .endSession:
            return try await store.endSessions([subject.session.id], ifValid: authority, audit: audit) == [subject.session.id]
        case .endSessionsOfUser:
            return try await store.endSessions(ofUser: userID, ifValid: authority, audit: audit) == 1
        case .insertToken:
            try await store.insertToken(Samples.token("another"), ifValid: authority, audit: audit)
            return true
        case .endToken:
            return try await store.endToken(id: subject.token.id, ifValid: authority, audit: audit)
        case .replaceKeys:
            let keys = [Samples.signingKey(UUIDv7.next())]
            return try await store.replaceSigningKeys(keys, ifRevision: subject.keys.revision, ifValid: authority, audit: audit)
        }
    }

    /// Each kind of authority, and what ends it.
    private func authorities(_ store: any Store) async throws -> [(Authority, end: () async throws -> Void)] {
        let session = try await store.insertedSession(of: try await store.insertedUser("session@example.com").id)
        let token = Samples.token("admin", role: .admin)
        try await store.insertToken(token, audit: nil)
        let user = try await store.insertedUser("tutorial@example.com")
        return [
            (.session(id: session.id, userID: session.userID, role: .user), { _ = try await store.endSessions([session.id], audit: nil) }),
            (.token(id: token.id), { _ = try await store.endToken(id: token.id, audit: nil) }),
            (
                .user(id: user.id, role: .user),
                {
                    var account = try #require(try await store.account(id: user.id))
                    account.isDisabled = true
                    _ = try await store.update(AccountUpdate(account: account, audit: nil))
                }
            ),
        ]
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aChangeIsMadeWhileItsAuthorityIsValidAndNotAfterwards(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            var number = 0
            for (authority, end) in try await authorities(store) {
                for change in Change.allCases {
                    number += 1
                    #expect(
                        try await make(change, to: subject(number, store), ifValid: authority, Samples.auditEntry(), store), "\(change) \(authority)")
                }
                try await end()
                let entries = try await store.allAuditEntries()
                let events = try await store.causedEvents().count
                for change in Change.allCases {
                    number += 1
                    let subject = try await subject(number, store)
                    let error = await #expect(throws: ShippyError.self, "\(change) \(authority)") {
                        _ = try await make(change, to: subject, ifValid: authority, Samples.auditEntry(), store)
                    }
                    #expect(error?.code == .unauthenticated)
                    #expect(try await store.account(id: subject.account.user.id) == subject.account, "\(change)")
                    #expect(try await store.session(id: subject.session.id) != nil, "\(change)")
                    #expect(try await store.token(id: subject.token.id) != nil, "\(change)")
                    #expect(try await store.signingKeys() == subject.keys, "\(change)")
                }
                #expect(try await store.allAuditEntries() == entries)
                // Those of the subjects' creation.
                #expect(try await store.causedEvents().count == events + Change.allCases.count)
            }
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func anAuthorityIsOnlyWhatItSays(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let (ada, bob) = (try await store.insertedUser("ada@example.com"), try await store.insertedUser("bob@example.com"))
            let session = try await store.insertedSession(of: ada.id)
            let expired = try await store.insertedSession(of: ada.id, lasting: .zero - .seconds(1))
            let token = Samples.token("expired", role: .admin, expiring: .zero - .seconds(1))
            try await store.insertToken(token, audit: nil)
            let none: [Authority] = [
                .session(id: session.id, userID: bob.id, role: .user), .session(id: expired.id, userID: ada.id, role: .user),
                .session(id: "", userID: ada.id, role: .user), .session(id: session.id, userID: ada.id, role: .admin),
                .token(id: token.id), .token(id: session.id), .user(id: ada.id, role: .admin), .user(id: "nobody", role: .user),
            ]
            for authority in none {
                let error = await #expect(throws: ShippyError.self, "\(authority)") {
                    try await store.insertToken(Samples.token(), ifValid: authority, audit: nil)
                }
                #expect(error?.code == .unauthenticated)
            }
            try await store.insertToken(Samples.token(), ifValid: .user(id: ada.id, role: .user), audit: nil)
        }
    }

    /// Each would take the other's right away: one of them is first, and the other one comes too late.
    @Test(arguments: StoreUnderTest.allCases)
    func ofTwoWhoDisableEachOtherOneRemains(engine: StoreUnderTest) async throws {
        try await engine.withPlace { place in
            try await place.with { store in
                try await place.with { other in
                    for round in 0..<20 {
                        var sessions: [Session] = []
                        var accounts: [Account] = []
                        for name in ["a", "b"] {
                            let user = try await store.insertedUser("\(name)\(round)@example.com")
                            sessions.append(try await store.insertedSession(of: user.id))
                            accounts.append(try #require(try await store.account(id: user.id)))
                        }
                        let made = await withTaskGroup(of: Bool.self) { group in
                            for (session, victim, store) in [(sessions[0], accounts[1], store), (sessions[1], accounts[0], other)] {
                                group.addTask {
                                    var disabled = victim
                                    disabled.isDisabled = true
                                    let authority = Authority.session(id: session.id, userID: session.userID, role: .user)
                                    let update = AccountUpdate(account: disabled, authority: authority, audit: nil, ends: .all(except: nil))
                                    do {
                                        return try await store.update(update) != nil
                                    } catch {
                                        #expect((error as? ShippyError)?.code == .unauthenticated, "\(error)")
                                        return false
                                    }
                                }
                            }
                            return await group.reduce(into: [] as [Bool]) { $0.append($1) }
                        }
                        #expect(made.count { $0 } == 1)
                        var disabled = 0
                        for account in accounts where try await store.account(id: account.user.id)?.isDisabled == true { disabled += 1 }
                        #expect(disabled == 1)
                    }
                }
            }
        }
    }

    /// However much its owner does with it: as when a stolen session is being used.
    @Test(arguments: StoreUnderTest.allCases)
    func aBusySessionIsEndedAllTheSame(engine: StoreUnderTest) async throws {
        try await engine.withPlace { place in
            try await place.with { store in
                try await place.with { other in
                    let user = try await store.insertedUser()
                    let session = try await store.insertedSession(of: user.id)
                    let authority = Authority.session(id: session.id, userID: user.id, role: .user)
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for number in 0..<4 {
                            group.addTask {
                                while true {
                                    do {
                                        guard var account = try await other.account(id: user.id) else { return }
                                        account.user.name = "Ada \(number)"
                                        _ = try await other.update(AccountUpdate(account: account, authority: authority, audit: nil))
                                    } catch let error as ShippyError where error.code == .unauthenticated {
                                        return
                                    }
                                }
                            }
                        }
                        // Until it is in use.
                        try await eventually("it is in use") { try await (store.account(id: user.id)?.revision ?? 0) > 20 }
                        #expect(try await store.endSessions(ofUser: user.id, audit: nil) == 1)
                        try await group.waitForAll()
                    }
                }
            }
            guard engine == .postgres else { return }
            // Nobody waited in a circle, which the server breaks after a second, at the expense of whoever ended the session.
            try await place.with { store in
                let deadlocks = try await store.text("SELECT deadlocks::text FROM pg_stat_database WHERE datname = current_database()")
                #expect(deadlocks == "0")
            }
        }
    }
}
