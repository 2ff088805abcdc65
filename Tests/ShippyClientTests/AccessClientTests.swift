import Logging
import ShippyAccess
import ShippyClient
import ShippyCore
import ShippyUsers
import Synchronization
import TestSupport
import Testing

/// The client and the server's side together, over a connection.
struct AccessClientTests {
    private let access = FakeAccess { state in
        state.sessions = (0..<3).map { Samples.listedSession(email: "u\($0)@example.com") }
        state.keys = [
            SigningKeyStatus(id: "k1", state: .signing, createdAt: Timestamp(milliseconds: 1), signsFrom: Timestamp(milliseconds: 2), retiresAt: nil),
            SigningKeyStatus(id: "k2", state: .standby, createdAt: Timestamp(milliseconds: 3), signsFrom: nil, retiresAt: Timestamp(milliseconds: 4)),
        ]
        state.entries = [Samples.auditEntry(), Samples.auditEntry("session.end")]
        state.entries[1].detail = "session=1"
    }

    private func connected(_ credentials: CallCredentials = .none, _ body: (AccessClient) async throws -> Void) async throws {
        try await Instances.serving(
            "users", [AccessGRPC(gate: .open, access: { [access] _ in access }, logger: Logger(label: "test"))]
        ) { balancer in
            let connections = Connections()
            try await body(AccessClient(balancer: balancer, connections: connections, credentials: credentials))
            await connections.close()
        }
    }

    @Test func aLoginArrivesWithAllItsParts() async throws {
        try await connected { client in
            let login = try await client.logIn(email: "ada@example.com", password: "correct horse", client: "test", requestID: "r1")
            let user = access.state.withLock { $0.user }
            #expect(login == Login(accessToken: login.accessToken, expiresIn: .seconds(900), refreshToken: "refresh-1", user: user, role: .user))
            #expect(!login.accessToken.isEmpty)
            #expect(try await client.refresh("refresh-1", requestID: "r2").refreshToken == "refresh-2")
            try await client.logOut("refresh-2", requestID: "r3")
        }
        #expect(access.calls == ["logIn ada@example.com", "refresh", "logOut refresh-2"])
        #expect(access.state.withLock { $0.requestIDs } == ["r1", "r2", "r3"])
    }

    @Test func linksAreMailedForEitherPurpose() async throws {
        try await connected { client in
            for purpose in LinkPurpose.allCases {
                #expect(try await client.mailLink(purpose, to: "ada@example.com", requestID: "r1") == access.state.withLock { $0.user })
                try await client.requestLink(purpose, for: "bob@example.com", requestID: "r2")
            }
        }
        #expect(
            access.calls == [
                "mailLink confirmAddress ada@example.com", "requestLink confirmAddress bob@example.com",
                "mailLink resetPassword ada@example.com", "requestLink resetPassword bob@example.com",
            ])
        #expect(access.state.withLock { $0.requestIDs } == ["r1", "r2", "r1", "r2"])
    }

    @Test func sessionsAreListedAndEnded() async throws {
        let all = access.state.withLock { $0.sessions }
        try await connected { client in
            let listed = try await client.sessions(of: nil, after: all[0].id, limit: 7)
            #expect(listed.map(\.json) == all[1...].map(\.json))
            #expect(try await client.sessions(of: all[2].session.userID, after: nil, limit: 7).map(\.id) == [all[2].id])
            #expect(try await client.endSessions([all[0].id, UUIDv7.next()], requestID: "r") == [all[0].id])
            #expect(try await client.endSessions(of: all[1].session.userID, requestID: "r") == 1)
        }
        #expect(access.calls.first == "sessions - \(all[0].id) 7")
        #expect(access.state.withLock { $0.sessions }.map(\.id) == [all[2].id])
    }

    @Test func theCallerLearnsWhoTheyAre() async throws {
        let callers = [
            CallerStatus(actor: "token:t1", role: .reader, name: "ci", expiresAt: Timestamp(milliseconds: 7)),
            CallerStatus(actor: "certificate:ci", role: .operator),
        ]
        try await connected { client in
            for caller in callers {
                access.state.withLock { $0.caller = caller }
                let answer = try await client.whoAmI()
                #expect(answer == caller)
            }
        }
    }

    /// They would not fit into one message.
    @Test func thousandsOfSessionsAreEndedInSeveralCalls() async throws {
        let sessions = (0..<2000).map { _ in Samples.listedSession() }
        access.state.withLock { $0.sessions = sessions }
        try await connected { client in
            let ended = try await client.endSessions(sessions.map(\.id), requestID: "r")
            #expect(ended.count == 2000)
        }
    }

    @Test func tokensAreCreatedListedAndEnded() async throws {
        try await connected { client in
            let created = try await client.createToken(name: "ci", role: .operator, lifetime: .seconds(60), requestID: "r")
            #expect(created.text == "canary-\(created.token.id)")
            #expect(created.token.role == .operator && created.token.hash.isEmpty)
            let lasting = try await client.createToken(name: "x", role: .reader, lifetime: nil, requestID: "r")
            #expect(lasting.token.expiresAt == nil)
            #expect(try await client.tokens(after: nil, limit: 10) == [created.token, lasting.token])
            try await client.endToken(created.token.id, requestID: "r")
            let error = await #expect(throws: ShippyError.self) { try await client.endToken(created.token.id, requestID: "r") }
            #expect(error?.code == .notFound)
        }
        #expect(access.calls.prefix(2) == ["createToken ci operator 60.0", "createToken x reader -"])
    }

    @Test func keysAndAuditEntriesArriveAsTheyAre() async throws {
        let (keys, entries) = access.state.withLock { ($0.keys, $0.entries) }
        try await connected { client in
            let listed = try await client.signingKeys()
            #expect(listed == keys)
            #expect(try await client.rotateKeys(requestID: "r") == keys)
            #expect(try await client.revokeKey("k1", requestID: "r") == [keys[1]])
            let filter = AuditFilter(
                target: "user:1", actor: "owner", action: "user", outcome: "ok", since: Timestamp(milliseconds: 7),
                until: Timestamp(milliseconds: 8))
            #expect(try await client.auditEntries(filter, after: "0", limit: 5).isEmpty == false)
            #expect(try await client.auditEntries(AuditFilter(), after: nil, limit: 5) == entries)
            #expect(try await client.auditEntries(AuditFilter(), .before(nil), limit: 1) == [entries[1]])
            #expect(try await client.auditEntries(AuditFilter(), .before(entries[1].id), limit: 5) == [entries[0]])
        }
        #expect(
            access.calls.suffix(4) == [
                "audit user:1 owner user ok 1970-01-01T00:00:00.007Z 1970-01-01T00:00:00.008Z after 0", "audit - - - - - - after -",
                "audit - - - - - - before -", "audit - - - - - - before \(entries[1].id)",
            ])
    }

    @Test(arguments: [ShippyError.Code.unauthenticated, .forbidden, .notFound, .overloaded])
    func aRefusalComesBackWithItsCodeAndText(code: ShippyError.Code) async throws {
        access.state.withLock { $0.failure = ShippyError(code, "because") }
        try await connected { client in
            let error = await #expect(throws: ShippyError.self) { try await client.signingKeys() }
            #expect(error?.code == code && error?.message == "because")
        }
    }

    /// They get a credential, or end one: with one that is no longer valid they would be refused.
    @Test func loggingInRefreshingAndLoggingOutNeedNoCredential() async throws {
        let asked = Mutex(0)
        let credentials = CallCredentials { _ in
            asked.withLock { $0 += 1 }
            return "token"
        }
        try await connected(credentials) { client in
            _ = try await client.logIn(email: "ada@example.com", password: "correct horse", client: "test", requestID: "r")
            _ = try await client.refresh("refresh-1", requestID: "r")
            try await client.logOut("refresh-2", requestID: "r")
            #expect(asked.withLock { $0 } == 0)
            _ = try await client.signingKeys()
            #expect(asked.withLock { $0 } == 1)
        }
    }
}
