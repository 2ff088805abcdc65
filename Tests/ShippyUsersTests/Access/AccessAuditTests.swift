import HTTPTypes
import ShippyAccess
import ShippyCore
import TestSupport
import Testing

@testable import ShippyUsers

/// What the audit log and the log tell of what the services do.
@Suite struct AccessAuditTests {
    private func refusal(_ body: () async throws -> some Any) async -> ShippyError? {
        await #expect(throws: ShippyError.self) { _ = try await body() }
    }

    @Test func whatAUserDoesIsListedAsTheirs() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        let login = try await service.logIn()
        let session = try #require(try await service.access.sessions(of: user.id, after: nil, limit: 10).first?.id)
        try await service.access.logOut(login.refreshToken, by: service.stranger, requestID: "r")
        // Nothing ends twice.
        try await service.access.logOut(login.refreshToken, by: service.stranger, requestID: "r")
        let entries = try await service.audit()
        #expect(entries.map(\.action) == ["user.login", "user.logout"])
        #expect(entries.allSatisfy { $0.actor == "user:\(user.id)" && $0.target == "user:\(user.id)" && $0.outcome == "ok" })
        #expect(entries.map(\.detail) == ["", "session=\(session)"])
        await service.close()
    }

    /// The user who has been created gets the token; whoever created them is recorded.
    @Test func aLoginOfTheTutorialTellsWho() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        _ = try await service.access.tutorialToken(forUser: user.id, by: service.owner, requestID: "r")
        _ = try await service.access.tutorialToken(forUser: user.id, by: service.stranger, requestID: "r")
        _ = try await service.access.tutorialToken(
            email: user.email.description, password: ServiceUnderTest.password, by: service.owner, requestID: "r")
        #expect(try await service.audit().map(\.actor) == ["owner", "user:\(user.id)", "user:\(user.id)"])
        await service.close()
    }

    @Test func theReuseOfARefreshTokenIsTheUsers() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        _ = try await service.logIn()
        var session = try #require(try await service.access.sessions(of: user.id, after: nil, limit: 10).first).session
        // As if the store had been restored to an earlier state.
        session.counter = 9
        let token = try RefreshToken(session).text(service.secret)
        _ = await refusal { try await service.access.refresh(token, by: service.stranger, requestID: "r") }
        let entry = try #require(try await service.audit(AuditFilter(action: "session.reused")).first)
        #expect((entry.actor, entry.target, entry.outcome) == ("anonymous", "user:\(user.id)", "refused"))
        #expect(entry.detail == "session=\(session.id)")
        #expect(service.log.lines.contains { $0.hasPrefix("warning an old refresh token was used") && $0.contains("user_id=\(user.id)") })
        await service.close()
    }

    /// As after an incident, when everything is ended: their own right goes with the last of them.
    @Test func whoeverEndsTheirOwnSessionAmongOthersEndsAll() async throws {
        let service = try await ServiceUnderTest()
        let admin = try await service.createUser("admin@example.com")
        _ = try await service.users.change(admin.id, .role(.admin), by: service.owner, requestID: "r")
        for number in 0..<8 {
            let other = try await service.createUser("u\(number)@example.com")
            _ = try await service.logIn("u\(number)@example.com")
            let caller = try await service.caller(try await service.logIn("admin@example.com").accessToken)
            var ids: [String] = []
            for user in [admin, other] { ids += try await service.access.sessions(of: user.id, after: nil, limit: 10).map(\.session.id) }
            #expect(try await service.access.endSessions(ids, by: caller, requestID: "r") == ids)
        }
        await service.close()
    }

    @Test func aChangeTellsWhatItChanged() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        let changes: [UserChange] = [
            .role(.operator), .details(email: "ada.l@example.com", name: "Ada", company: nil), .details(email: nil, name: "Ada", company: "A"),
            .disable,
            .password("another horse battery"),
        ]
        for change in changes { _ = try await service.users.change(user.id, change, by: service.owner, requestID: "r") }
        _ = try await service.access.createToken(name: "canary", role: .reader, lifetime: nil, by: service.owner, requestID: "r")
        let entries = try await service.audit()
        #expect(
            entries.map { "\($0.action) \($0.detail)" } == [
                "user.set-role role=operator", "user.update email, name", "user.update company", "user.disable ", "user.set-password ",
                "token.create role=reader",
            ])
        for (line, words) in zip(
            service.log.lines.filter { $0.hasPrefix("info user changed") },
            ["action=user.set-role actor=owner detail=role=operator", "action=user.update actor=owner detail=email, name"])
        { #expect(line.contains(words), "\(line)") }
        #expect(service.log.lines.count { $0.hasPrefix("info user changed action=") } == 5)
        _ = try await service.users.delete(user.id, by: service.owner, requestID: "r")
        #expect(service.log.lines.contains { $0.hasPrefix("info user deleted actor=owner") })
        await service.close()
    }

    @Test func revokedSessionsAreListedUnderTheirUsers() async throws {
        let service = try await ServiceUnderTest()
        let (ada, bob) = (try await service.createUser(), try await service.createUser("bob@example.com"))
        for email in ["ada@example.com", "ada@example.com", "bob@example.com"] { _ = try await service.logIn(email) }
        let sessions = try await service.access.sessions(of: nil, after: nil, limit: 10)
        let gone = UUIDv7.next()
        let ids = [sessions[2].id, gone, sessions[0].id, sessions[1].id, sessions[0].id]
        #expect(try await service.access.endSessions(ids, by: service.owner, requestID: "r") == [sessions[2].id, sessions[0].id, sessions[1].id])
        #expect(try await service.access.endSessions(ids, by: service.owner, requestID: "r") == [])
        let entries = try await service.audit(AuditFilter(action: "session.revoke"))
        #expect(
            Set(entries.map { "\($0.actor) \($0.target) \($0.detail)" }) == [
                "owner user:\(ada.id) sessions=2", "owner user:\(bob.id) session=\(sessions[2].id)",
            ])
        #expect(entries.count == 2)
        await service.close()
    }

    /// Whoever cannot log in is found, and what they have typed is not kept.
    @Test func aRefusedLoginIsInTheLogWithoutWhatWasTyped() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        _ = await refusal { try await service.logIn(password: "wrong horse battery") }
        #expect(service.log.lines.contains("notice login refused address=127.0.0.1 request_id=r user_id=\(user.id)"))
        for _ in 0..<5 { _ = await refusal { try await service.logIn("my-secret-word@example.com") } }
        let lines = service.log.lines.filter { $0.hasPrefix("notice login refused") }
        #expect(lines.count < 5, "not a line for each")
        #expect(!"\(service.log.lines)".contains("my-secret-word"))
        #expect(!"\(try await service.audit())".contains("my-secret-word"))
        await service.close()
    }

    @Test func aWaitIsRecordedOnce() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        for _ in 0..<20 { _ = await refusal { try await service.logIn(password: "wrong horse battery") } }
        let entries = try await service.audit(AuditFilter(outcome: "throttled"))
        #expect(entries.count == 1)
        #expect(entries.first?.target == "user:\(user.id)" && entries.first?.action == "user.login")
        await service.close()
    }

    /// A load balancer would take a server that answers 503 out of service.
    @Test func whoTriesTooOftenGets429AndATimeToWait() async throws {
        let service = try await ServiceUnderTest()
        try await service.createUser()
        var answer = try await service.answer(.get, "/")
        for _ in 0..<8 {
            answer = try await service.answer(.post, "/api/v1/auth/login", #"{"email":"ada@example.com","password":"wrong horse battery"}"#)
        }
        #expect(answer.status == 429)
        #expect(answer.headers[.retryAfter] == "1")
        await service.close()
    }

    @Test func aPasswordThatAnOperatorSetsCanBeUsedAtOnce() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        for _ in 0..<8 { _ = await refusal { try await service.logIn(password: "wrong horse battery") } }
        #expect(await refusal { try await service.logIn() }?.code == .limited)
        let themselves = Caller(.user(id: user.id, session: ""), role: .user, address: "127.0.0.1")
        let change = UserChange.password("another horse battery", old: ServiceUnderTest.password)
        #expect(await refusal { try await service.users.change(user.id, change, by: themselves, requestID: "r") }?.code == .limited)
        _ = try await service.users.change(user.id, .password("a third horse battery"), by: service.owner, requestID: "r")
        _ = try await service.logIn(password: "a third horse battery")
        await service.close()
    }

    @Test func aCallThatIsDeniedIsRecorded() async throws {
        let service = try await ServiceUnderTest(mode: .token)
        let user = try await service.createUser()
        let token = try await service.logIn().accessToken
        let other = try await service.createUser("bob@example.com")
        #expect(try await service.answer(.delete, "/api/v1/users/\(other.id)", token: token).status == 403)
        #expect(try await service.answer(.delete, "/api/v1/users/\(other.id)").status == 401)
        let entries = try await service.audit(AuditFilter(outcome: "denied"))
        #expect(entries.map { "\($0.actor) \($0.action) \($0.target)" } == ["user:\(user.id) user.delete user:\(other.id)"])
        #expect(entries.first?.requestID.isEmpty == false)
        await service.close()
    }

    @Test func anUnknownActionIsRefused() async throws {
        let service = try await ServiceUnderTest()
        let error = await refusal { try await service.access.auditEntries(AuditFilter(action: "set-role"), .before(nil), limit: 10) }
        #expect(error?.code == .invalid && error?.message.hasSuffix("did you mean user.set-role?") == true)
        #expect(await refusal { try await service.access.auditEntries(AuditFilter(outcome: "no"), .before(nil), limit: 10) }?.code == .invalid)
        await service.close()
    }
}
