import Foundation
import ShippyConfiguration
import ShippyCore
import Synchronization
import TestSupport
import Testing

@testable import ShippyApp

/// Where a command's credential comes from, and how a login is kept alive.
struct CommandCredentialsTests {
    private let directory: TemporaryDirectory
    private let access = FakeAccess { $0.counter = 1 }

    init() throws { directory = try TemporaryDirectory() }

    private func configuration(flags: [String: String] = [:], environment: [String: String] = [:]) throws -> Configuration {
        let own = ["SHIPPY_HOME": directory("home"), "XDG_CONFIG_HOME": directory("config")]
        return try Configuration(SettingSources(flags: flags, environment: own.merging(environment) { $1 }))
    }

    private func credentials(
        flags: [String: String] = [:], environment: [String: String] = [:], owner: String? = nil, now: Timestamp? = nil
    ) throws -> CommandCredentials {
        CommandCredentials(
            try configuration(flags: flags, environment: environment), file: ContextFile(path: directory("config/shippy/contexts.yaml")),
            ownerToken: { _ in owner }, now: { now ?? .now }
        ) { [access] in try await access.refresh($0, requestID: "r") }
    }

    /// Stores the login whose tokens have the number 1.
    private func store(expiresIn: Duration = .seconds(900), environment: [String: String] = [:]) async throws {
        let (user, role) = access.state.withLock { ($0.user, $0.role) }
        let login = Login(accessToken: access.accessToken(1), expiresIn: expiresIn, refreshToken: "refresh-1", user: user, role: role)
        let credentials = try credentials(environment: environment)
        try await credentials.stored.updateLogin { _ in StoredLogin(login, at: .now, place: credentials.place) }
    }

    private func tokenFile(_ text: String = "from-file\n") throws -> String {
        try text.write(toFile: directory("token"), atomically: true, encoding: .utf8)
        chmod(directory("token"), 0o600)
        return directory("token")
    }

    // MARK: The order

    @Test func withoutAnythingThereIsNoCredential() async throws {
        #expect(try await credentials().current() == nil)
    }

    @Test func aFlagComesBeforeAVariableBothBeforeALoginAndALoginBeforeTheSecret() async throws {
        func token(flags: [String: String] = [:], environment: [String: String] = [:]) async throws -> String? {
            try await credentials(flags: flags, environment: environment, owner: "owner").current()?.token
        }
        #expect(try await token() == "owner")
        try await store()
        #expect(try await token() == access.accessToken(1))
        let path = try tokenFile()
        #expect(try await token(environment: ["SHIPPY_TOKEN_FILE": path]) == "from-file")
        #expect(try await token(environment: ["SHIPPY_TOKEN_FILE": path, "SHIPPY_TOKEN": "from-variable"]) == "from-variable")
        #expect(try await token(flags: ["token-file": path], environment: ["SHIPPY_TOKEN": "from-variable"]) == "from-file")
    }

    /// Its secret is another one than that of the services.
    @Test func withRemoteEnginesTheSecretOfTheDataDirectoryIsNotUsed() async throws {
        let environment = ["SHIPPY_STORE": "postgres://h/d", "SHIPPY_BUS": "nats://h:4222", "SHIPPY_REGISTRY": "etcd://h:2379"]
        #expect(try await credentials(environment: environment, owner: "owner").current() == nil)
    }

    @Test func aLoginBelongsToOneInstallation() async throws {
        try await store()
        #expect(try await credentials(environment: ["SHIPPY_HOME": directory("another")]).current() == nil)
    }

    /// Others could use it for as long as it is valid.
    @Test func nothingOfOneInstallationIsShownToAnother() async throws {
        try await store()
        let elsewhere = [["SHIPPY_USERS_ADDRESS": "10.0.0.7:8083"], ["SHIPPY_REGISTRY": "etcd://10.0.0.7:2379"]]
        for environment in elsewhere {
            let credentials = try credentials(environment: environment, owner: "owner")
            #expect(try await credentials.current() == nil, "\(environment)")
            // Not even to end it.
            try await credentials.logIn(email: "ada@example.com", password: "correct horse", requestID: "r", access: access)
            #expect(access.calls.last == "logIn ada@example.com")
            try await store()
        }
        let notificator = ["SHIPPY_NOTIFICATOR_ADDRESS": "10.0.0.7:8082", "SHIPPY_HOME": directory("another")]
        #expect(try await credentials(environment: notificator, owner: "owner").current() == nil)
    }

    @Test func aContextHasItsOwnLoginOrToken() async throws {
        let file = ContextFile(path: directory("config/shippy/contexts.yaml"))
        try file.change { contexts in
            for name in ["first", "second"] { try contexts.add(Context(name: name, settings: ["users-address": "\(name).example:8083"])) }
        }
        let (first, second) = (["SHIPPY_CONTEXT": "first"], ["SHIPPY_CONTEXT": "second"])
        try await store(environment: first)
        #expect(try await credentials(environment: first).current()?.token == access.accessToken(1))
        #expect(try await credentials(environment: second).current() == nil)
        try file.change { try $0.setCredentials(Credentials(apiToken: "of-the-context"), of: .context("second")) }
        let given = try #require(try await credentials(environment: second).current())
        guard case .given("of-the-context", "context second") = given else { throw NeverHappened(description: "\(given)") }
    }

    @Test(arguments: ["Bearer from-file", "  from-file \r\nmore"])
    func blanksAndTheSchemeDoNotBelongToAToken(text: String) async throws {
        #expect(try await credentials(flags: ["token-file": tokenFile(text)]).current()?.token == "from-file")
    }

    @Test(arguments: ["", "\n", "canary\u{7}x", "canary two", "canäry", String(repeating: "canary", count: 10_000)])
    func aFileWithoutATokenIsAnErrorThatDoesNotQuoteIt(text: String) async throws {
        let path = try tokenFile(text)
        let error = await #expect(throws: ShippyError.self) { try await credentials(flags: ["token-file": path]).current() }
        #expect(error?.code == .usage)
        #expect(error?.message.contains("--token-file") == true && error?.message.contains("canary") == false)
    }

    @Test func aFileThatOthersCanReadIsRefused() async throws {
        let path = try tokenFile()
        chmod(path, 0o644)
        let error = await #expect(throws: ShippyError.self) { try await credentials(flags: ["token-file": path]).current() }
        #expect(error?.code == .denied && error?.message.contains("chmod 600") == true)
    }

    @Test func aBrokenContextsFileIsNoObstacleWhereNoContextIsUsed() async throws {
        try FileManager.default.createDirectory(atPath: directory("config/shippy"), withIntermediateDirectories: true)
        try "canary".write(toFile: directory("config/shippy/contexts.yaml"), atomically: true, encoding: .utf8)
        #expect(try await credentials(flags: ["context": ""], owner: "owner").current()?.token == "owner")
    }

    @Test func aMissingFileIsAnError() async throws {
        let error = await #expect(throws: ShippyError.self) { try await credentials(flags: ["token-file": directory("none")]).current() }
        #expect(error?.code == .usage && error?.message.contains(directory("none")) == true)
    }

    @Test func aVariableThatIsNoTokenIsNotShown() throws {
        let error = #expect(throws: ShippyError.self) { try configuration(environment: ["SHIPPY_TOKEN": "canary: two"]) }
        #expect(error?.code == .usage && error?.message.contains("SHIPPY_TOKEN") == true && error?.message.contains("canary") == false)
    }

    // MARK: A login

    @Test func aFreshTokenIsUsedAsItIs() async throws {
        try await store()
        let credentials = try credentials()
        for _ in 1...3 { #expect(try await credentials.current()?.token == access.accessToken(1)) }
        #expect(access.calls.isEmpty)
    }

    @Test func aTokenThatIsAboutToEndIsRenewedAndKept() async throws {
        try await store()
        #expect(try await credentials(now: Timestamp.now + .seconds(839)).current()?.token == access.accessToken(1))
        #expect(try await credentials(now: Timestamp.now + .seconds(841)).current()?.token == access.accessToken(2))
        // Another command uses it.
        #expect(try await credentials().current()?.token == access.accessToken(2))
        #expect(access.calls == ["refresh"])
    }

    @Test func aRefusedTokenIsRenewedEvenIfItHasNotEnded() async throws {
        try await store()
        #expect(try await credentials().current(insteadOf: access.accessToken(1))?.token == access.accessToken(2))
        // Refused for another command, too, but it has been renewed since.
        #expect(try await credentials().current(insteadOf: access.accessToken(1))?.token == access.accessToken(2))
        #expect(access.calls == ["refresh"])
    }

    /// The service would take the second refresh with an old token for a theft, and end the session.
    @Test func twentyCommandsAtOnceRefreshALoginOnce() async throws {
        try await store(expiresIn: .milliseconds(1))
        access.state.withLock { $0.refreshTime = .milliseconds(100) }
        let tokens = try await withThrowingTaskGroup { group in
            for _ in 1...20 { group.addTask { try await credentials().current()?.token } }
            return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(tokens == [access.accessToken(2)])
        #expect(access.calls == ["refresh"])
        #expect(access.state.withLock { !$0.hasEnded })
    }

    @Test func aLoginThatHasEndedSaysWhatToDoAndStaysUntilThen() async throws {
        try await store(expiresIn: .milliseconds(1))
        access.state.withLock { $0.hasEnded = true }
        for _ in 1...2 {
            // With the secret at hand, too: whoever logged in as someone else does not become the owner unawares.
            let error = await #expect(throws: ShippyError.self) { try await credentials(owner: "owner").current() }
            #expect(error?.code == .unauthenticated)
            #expect(error?.message == "the login of ada@example.com has ended: run `shippy auth login`")
        }
    }

    @Test func anOutageDoesNotEndALogin() async throws {
        try await store(expiresIn: .milliseconds(1))
        access.state.withLock { $0.failure = ShippyError(.unavailable, "away") }
        let error = await #expect(throws: ShippyError.self) { try await credentials().current() }
        #expect(error?.code == .unavailable)
        access.state.withLock { $0.failure = nil }
        #expect(try await credentials().current()?.token == access.accessToken(2))
    }

    // MARK: Logging in and out

    @Test func loggingInAgainEndsTheSessionBefore() async throws {
        try await store()
        let credentials = try credentials()
        try await credentials.logIn(email: "ada@example.com", password: "correct horse", requestID: "r", access: access)
        #expect(try await credentials.current()?.token == access.accessToken(2))
        #expect(access.calls == ["logIn ada@example.com", "logOut refresh-1"])
    }

    @Test func aWrongPasswordStoresNothing() async throws {
        let credentials = try credentials()
        let error = await #expect(throws: ShippyError.self) {
            try await credentials.logIn(email: "ada@example.com", password: "canary", requestID: "r", access: access)
        }
        #expect(error?.code == .unauthenticated && error?.message == "wrong e-mail address or password")
        #expect(try await credentials.current() == nil)
    }

    @Test func loggingOutForgetsTheLoginEvenIfNoServiceCanBeReached() async throws {
        try await store()
        let credentials = try credentials()
        let error = await #expect(throws: ShippyError.self) {
            try await credentials.logOut { _ in throw ShippyError(.unavailable, "no answer") }
        }
        #expect(error?.code == .unavailable && error?.message.contains("no answer") == true)
        #expect(try await credentials.current() == nil)
        #expect(try await credentials.logOut { _ in } == nil)
    }

    @Test func loggingOutKeepsALoginThatAnotherCommandHasMadeMeanwhile() async throws {
        try await store()
        let credentials = try credentials()
        let next = Login(accessToken: "another", expiresIn: .seconds(900), refreshToken: "another", user: Samples.user(), role: .user)
        let ended = try await credentials.logOut { refreshToken in
            #expect(refreshToken == "refresh-1")
            try await credentials.stored.updateLogin { _ in StoredLogin(next, at: .now, place: credentials.place) }
        }
        #expect(ended?.refreshToken == "refresh-1")
        #expect(try await credentials.current()?.token == "another")
    }

    /// It is the same login.
    @Test func loggingOutForgetsTokensThatAnotherCommandHasRenewedMeanwhile() async throws {
        try await store()
        let credentials = try credentials()
        _ = try await credentials.logOut { _ in
            let renewed = try await self.credentials(now: Timestamp.now + .seconds(841)).current()
            #expect(renewed?.token == access.accessToken(2))
        }
        #expect(try await credentials.current() == nil)
    }

    // MARK: Refusals

    private func explained(_ credentials: CommandCredentials, _ code: ShippyError.Code = .unauthenticated) async -> ShippyError? {
        await #expect(throws: ShippyError.self) {
            try await credentials.explaining { () async throws -> Void in throw ShippyError(code, "needs the role admin") }
        }
    }

    @Test func aRefusalSaysWhoCalledAndWhatToDo() async throws {
        #expect(try await explained(credentials()) == CommandCredentials.notLoggedIn)
        #expect(CommandCredentials.notLoggedIn.message.contains("`shippy auth login`"))
        #expect(try await explained(credentials(environment: ["SHIPPY_TOKEN": "canary"]))?.message.contains("the token in SHIPPY_TOKEN") == true)
        #expect(try await explained(credentials(owner: "canary"))?.message.contains("--home") == true)
        let given = ["SHIPPY_TOKEN": "canary"]
        #expect(try await explained(credentials(environment: given), .forbidden)?.message == "needs the role admin; the token is in SHIPPY_TOKEN")
        try await store()
        #expect(
            try await explained(credentials(), .forbidden)
                == ShippyError(.forbidden, "needs the role admin; you are ada@example.com with the role user"))
        #expect(try await explained(credentials())?.message.contains("`shippy auth login`") == true)
    }

    @Test(arguments: [ShippyError.Code.unauthenticated, .forbidden])
    func aRefusalHasTheStatusOfOne(code: ShippyError.Code) {
        #expect(ExitStatus(code) == .denied && ExitStatus.denied.rawValue == 77)
        // And its text is for the client.
        #expect(ShippyError(code, "why").forClients(requestID: "r").message == "why")
    }

    // MARK: Status

    @Test func theStatusOfALoginSaysWhoWhereAndUntilWhen() async throws {
        let user = access.state.withLock { $0.user }
        var session = Samples.session(user: user.id)
        session.id = FakeAccess.sessionID
        access.state.withLock { [session] in $0.sessions = [Samples.listedSession(user: user.id), ListedSession(session, email: "ada@example.com")] }
        try await store()
        let status = try await AuthStatus.make(credentials(), access, configuration())
        #expect(status.email == "ada@example.com" && status.role == "user" && status.place == directory("home") && status.context == nil)
        #expect(status.expiresAt == session.expiresAt)
        #expect(!String(decoding: status.json, as: UTF8.self).contains("access-1"))
        #expect(status.fields.contains { $0 == ("user", "ada@example.com") })
        // The service in this process does not look at tokens.
        _ = access.state.withLock { $0.sessions.removeLast() }
        let error = await #expect(throws: ShippyError.self) { try await AuthStatus.make(credentials(), access, configuration()) }
        #expect(error?.code == .unauthenticated && error?.message.contains("has ended") == true)
    }

    @Test func withoutACredentialThereIsNoStatus() async throws {
        let error = await #expect(throws: ShippyError.self) { try await AuthStatus.make(credentials(), access, configuration()) }
        #expect(error == CommandCredentials.notLoggedIn)
    }

    @Test func theServiceTellsWhoHasATokenAndUntilWhen() async throws {
        let end = Timestamp(milliseconds: 4_102_444_800_000)
        func status(_ caller: CallerStatus, token: String = "opaque") async throws -> AuthStatus {
            access.state.withLock { $0.caller = caller }
            let environment = ["SHIPPY_TOKEN": token]
            return try await AuthStatus.make(credentials(environment: environment), access, configuration(environment: environment))
        }
        let program = try await status(CallerStatus(actor: "token:t1", role: .reader, name: "ci", expiresAt: end))
        #expect(program.source == .token && program.origin == "SHIPPY_TOKEN")
        #expect(program.fields.prefix(2).map { "\($0) \($1)" } == ["program ci", "role reader"])
        #expect(program.fields.last.map { "\($0) \($1)" } == "until \(end)")
        let user = access.state.withLock { $0.user }
        let session = CallerStatus(actor: "user:\(user.id)", role: .user, name: "ada@example.com", expiresAt: end + .seconds(1))
        let person = try await status(session, token: access.accessToken(1))
        #expect(person.fields[0] == ("user", "ada@example.com") && person.userID == user.id)
        // The token's end, not the session's.
        #expect(person.expiresAt == end)
        access.state.withLock { $0.failure = ShippyError(.unauthenticated, "") }
        await #expect(throws: ShippyError.self) { try await status(session) }
    }

    @Test func claimsAreReadOnlyFromATokenThatHasSome() throws {
        #expect(TokenClaims("opaque") == nil && TokenClaims("a.b.c") == nil && TokenClaims("..") == nil && TokenClaims("") == nil)
        let claims = try #require(TokenClaims("e30.eyJzdWIiOiJ1MSIsImV4cCI6MTB9.x"))
        #expect(claims.subject == "u1" && claims.expiresAt == Timestamp(milliseconds: 10_000) && claims.session == nil)
    }
}
