import EmbeddedEngines
import ShippyAccess
import ShippyCore
import Testing

@testable import ShippyUsers

@Suite struct LoginTests {
    private func refusal(_ body: () async throws -> some Any) async -> ShippyError? {
        await #expect(throws: ShippyError.self) { _ = try await body() }
    }

    @Test func aLoginLastsAndItsTokenSaysWho() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        let login = try await service.logIn()
        #expect(login.user == user)
        let caller = try await service.caller(login.accessToken)
        guard case .user(user.id, let session) = caller.identity else { throw ShippyError(.failed, "\(caller)") }
        #expect(caller.role == .user)
        let next = try await service.access.refresh(login.refreshToken, by: service.stranger, requestID: "r")
        #expect(next.refreshToken != login.refreshToken)
        #expect(try await service.caller(next.accessToken).identity == .user(id: user.id, session: session))
        await service.close()
    }

    /// The same words for everybody: nothing tells whether an address has an account.
    @Test func aWrongPasswordAnUnknownUserAndADisabledOneGetTheSameAnswer() async throws {
        let service = try await ServiceUnderTest()
        try await service.createUser()
        try await service.createUser("bob@example.com", password: nil)
        let disabled = try await service.createUser("eve@example.com")
        _ = try await service.users.change(disabled.id, .disable, by: service.owner, requestID: "r")
        let refusals = [
            await refusal { try await service.logIn(password: "wrong horse battery") },
            await refusal { try await service.logIn("nobody@example.com") },
            await refusal { try await service.logIn("bob@example.com") }, await refusal { try await service.logIn("eve@example.com") },
            await refusal { try await service.logIn("not an address") }, await refusal { try await service.logIn(password: "") },
        ]
        #expect(Set(refusals) == [ShippyError(.unauthenticated, "the e-mail address or the password is wrong")])
        await service.close()
    }

    /// Nor does the time: for each of them, the service does the work of one password, and leaves one entry in the audit log.
    @Test func aRefusedLoginTakesTheSameWorkForEverybody() async throws {
        let work = Work()
        let hasher = work.hasher(cost: 6)
        let service = try await ServiceUnderTest(cost: 6, hasher: hasher)
        try await service.createUser()
        try await service.createUser("bob@example.com", password: nil)
        let disabled = try await service.createUser("eve@example.com")
        _ = try await service.users.change(disabled.id, .disable, by: service.owner, requestID: "r")
        _ = work.take()
        let entries = { try await service.audit(AuditFilter(action: "user.login")).count }
        let before = try await entries()
        let logins = [
            ("ada@example.com", "wrong horse battery"), ("ada@example.com", ""), ("ada@example.com", String(repeating: "x", count: 73)),
            ("nobody@example.com", "wrong horse battery"), ("nobody@example.com", ""), ("bob@example.com", "wrong horse battery"),
            ("eve@example.com", "wrong horse battery"), ("eve@example.com", ServiceUnderTest.password), ("not an address", "wrong horse battery"),
            ("", ""),
        ]
        for (email, password) in logins {
            await #expect(throws: ShippyError.self) { _ = try await service.logIn(email, password: password) }
            #expect(work.take() == 4, "\(email) with \(password)")
        }
        #expect(try await entries() == before + logins.count)
        await service.close()
        await hasher.close()
    }

    @Test func aRefreshWhoseAnswerWasLostGetsTheCurrentToken() async throws {
        let service = try await ServiceUnderTest()
        try await service.createUser()
        let first = try await service.logIn().refreshToken
        let second = try await service.access.refresh(first, by: service.stranger, requestID: "r").refreshToken
        // The answer was lost.
        #expect(try await service.access.refresh(first, by: service.stranger, requestID: "r").refreshToken == second)
        await service.close()
    }

    @Test func ofParallelRefreshesOneSessionRemains() async throws {
        let service = try await ServiceUnderTest()
        try await service.createUser()
        let token = try await service.logIn().refreshToken
        let next = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<100 {
                group.addTask { [access = service.access, stranger = service.stranger] in
                    try await access.refresh(token, by: stranger, requestID: "r").refreshToken
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(next.count == 1)
        #expect(try await service.access.sessions(of: nil, after: nil, limit: 10).count == 1)
        await service.close()
    }

    @Test func afterALogoutNeitherTokenIsAccepted() async throws {
        let service = try await ServiceUnderTest()
        try await service.createUser()
        let login = try await service.logIn()
        try await service.access.logOut(login.refreshToken, by: service.stranger, requestID: "r")
        try await service.state.refresh()
        #expect(
            await refusal { try await service.access.refresh(login.refreshToken, by: service.stranger, requestID: "r") }?.code == .unauthenticated)
        #expect(await refusal { try await service.caller(login.accessToken) } == .invalidToken)
        await service.close()
    }

    enum Ending: CaseIterable { case disabled, password, role, deleted, revoked }

    @Test(arguments: Ending.allCases)
    func whatChangesAUsersAccessEndsTheirSessions(ending: Ending) async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        let login = try await service.logIn()
        switch ending {
        case .disabled: _ = try await service.users.change(user.id, .disable, by: service.owner, requestID: "r")
        case .password: _ = try await service.users.change(user.id, .password("another horse battery"), by: service.owner, requestID: "r")
        case .role: _ = try await service.users.change(user.id, .role(.reader), by: service.owner, requestID: "r")
        case .deleted: _ = try await service.users.delete(user.id, by: service.owner, requestID: "r")
        case .revoked: _ = try await service.access.endSessions(ofUser: user.id, by: service.stranger, requestID: "r")
        }
        try await service.state.refresh()
        #expect(await refusal { try await service.caller(login.accessToken) } == .invalidToken)
        #expect(
            await refusal { try await service.access.refresh(login.refreshToken, by: service.stranger, requestID: "r") }?.code == .unauthenticated)
        if ending == .password {
            let again = try await service.logIn(password: "another horse battery")
            #expect(try await service.caller(again.accessToken).role == .user)
        }
        await service.close()
    }

    @Test func aHashOfAnotherCostIsReplacedAtTheNextLogin() async throws {
        let service = try await ServiceUnderTest(cost: 5)
        let user = try await service.createUser()
        var account = try #require(try await service.store.account(id: user.id))
        account.passwordHash = try Bcrypt.hash(ServiceUnderTest.password, Bcrypt.setting(cost: 4))
        _ = try await service.store.update(AccountUpdate(account: account, audit: nil))
        _ = try await service.logIn()
        let hash = try #require(try await service.store.account(id: user.id)?.passwordHash)
        #expect(hash.hasPrefix("$2b$05$"))
        _ = try await service.logIn()
        #expect(try await service.store.account(id: user.id)?.passwordHash == hash)
        await service.close()
    }

    @Test func aTokenForAProgramWorksUntilItIsRevoked() async throws {
        let service = try await ServiceUnderTest()
        let created = try await service.access.createToken(name: "backup", role: .reader, lifetime: nil, by: service.stranger, requestID: "r")
        let caller = try await service.caller(created.text)
        #expect(caller == Caller(.token(id: created.token.id), role: .reader, address: "127.0.0.1"))
        try await service.access.endToken(created.token.id, by: service.stranger, requestID: "r")
        try await service.state.refresh()
        #expect(await refusal { try await service.caller(created.text) } == .invalidToken)
        await service.close()
    }

    @Test func whoeverHasTheSecretIsTheOwner() async throws {
        let service = try await ServiceUnderTest()
        #expect(try await service.caller(OwnerToken.make(service.secret, at: .now)).identity == .owner)
        #expect(await refusal { try await service.caller(OwnerToken.make(.random(), at: .now)) } == .invalidToken)
        await service.close()
    }

    @Test func tokensOfARevokedKeyAreRefusedAndOthersAreIssued() async throws {
        let service = try await ServiceUnderTest()
        try await service.createUser()
        let login = try await service.logIn()
        let signing = try #require(try await service.access.signingKeys().first { $0.state == .signing })
        _ = try await service.access.revokeKey(signing.id, by: service.stranger, requestID: "r")
        #expect(await refusal { try await service.caller(login.accessToken) } == .invalidToken)
        let next = try await service.access.refresh(login.refreshToken, by: service.stranger, requestID: "r")
        #expect(try await service.caller(next.accessToken).role == .user)
        await service.close()
    }

    @Test func theAuditLogTellsWhoDidWhatAndNoSecret() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        let login = try await service.logIn()
        _ = await refusal { try await service.logIn(password: "wrong horse battery") }
        let owner = Caller(.owner, role: .admin, address: "")
        _ = try await service.users.change(user.id, .password("another horse battery"), by: owner, requestID: "r2")
        let entries = try await service.audit()
        #expect(entries.map(\.action) == ["user.login", "user.login", "user.set-password"])
        #expect(entries.map(\.outcome) == ["ok", "refused", "ok"])
        #expect(entries.map(\.actor) == ["user:\(user.id)", "anonymous", "owner"])
        #expect(entries.allSatisfy { $0.target == "user:\(user.id)" })
        let text = "\(entries)"
        for secret in [ServiceUnderTest.password, "another horse", login.accessToken, login.refreshToken, "$2b$"] { #expect(!text.contains(secret)) }
        await service.close()
    }

    @Test func afterSomeWrongPasswordsTheAddressHasToWait() async throws {
        let service = try await ServiceUnderTest()
        try await service.createUser()
        var codes: [ShippyError.Code?] = []
        for _ in 0..<8 { codes.append(await refusal { try await service.logIn(password: "wrong horse battery") }?.code) }
        #expect(codes.first == .unauthenticated)
        #expect(codes.last == .limited)
        // The right password has to wait, too: otherwise the wait would tell which one it is.
        #expect(await refusal { try await service.logIn() }?.retryAfter != nil)
        // Another address is not held up.
        let other = Caller.anonymous(from: "192.0.2.7")
        _ = try await service.access.logIn(
            email: "ada@example.com", password: ServiceUnderTest.password, client: "test", by: other, requestID: "r")
        await service.close()
    }
}
