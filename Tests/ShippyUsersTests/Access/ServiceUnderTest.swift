import EmbeddedEngines
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import ShippyAccess
import ShippyCore
import ShippyHTTPServer
import TestSupport

@testable import ShippyUsers

/// The users service with everything about access, on a real store, without sockets.
final class ServiceUnderTest {
    private let directory: TemporaryDirectory
    let store: SQLiteStore
    let state: AccessState
    let users: UsersService
    let access: AccessService
    let authenticator: Authenticator
    let gate: AccessGate
    let http: UsersHTTP
    let secret: AccessSecret

    /// - Parameter sharedKey: of tokens with HS256; nil for none.
    init(
        mode: AccessRules.Mode = .local, signUp: AccessRules.SignUp = .open, sharedKey: String? = nil, cost: Int = 4, announcesLogins: Bool = false
    ) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        directory = try TemporaryDirectory()
        store = try SQLiteStore(path: directory("shippy.db"))
        secret = AccessSecret.random()
        state = AccessState(store: store, secret: secret, logger: logger)
        let shared = try sharedKey.map { SharedSecretTokens(try SharedSecretKey(Array($0.utf8), from: "a test")) }
        users = UsersService(store: store, options: .init(mailDomain: "localhost", bcryptCost: cost), logger: logger)
        access = AccessService(
            store: store, state: state, signer: AccessTokenSigner(issuer: "shippy", audience: "shippy"), sharedSecret: shared, hasher: users.hasher,
            options: .init(mailDomain: "localhost", announcesLogins: announcesLogins), logger: logger)
        let authenticator = Authenticator(
            store: store, state: state, verifier: AccessTokenVerifier(issuer: "shippy", audience: "shippy"), sharedSecret: shared, logger: logger)
        self.authenticator = authenticator
        gate = AccessGate(AccessRules(mode: mode, signUp: signUp)) { try await authenticator.caller($0) }
        http = UsersHTTP(
            users: users, access: access, tutorial: TutorialUsers(users: users, access: access, authenticator: authenticator), gate: gate,
            logger: logger)
        try await state.refresh()
        try await state.refresh()
    }

    func close() async {
        await users.close()
        await store.close()
    }

    static let password = "correct horse battery"
    let stranger = Caller.anonymous(from: "127.0.0.1")
    let owner = Caller(.owner, role: .admin, address: "")

    @discardableResult
    func createUser(_ email: String = "ada@example.com", password: String? = ServiceUnderTest.password) async throws -> User {
        try await users.create(CreateUser(email: email, password: password), by: stranger, requestID: "r").user
    }

    func logIn(_ email: String = "ada@example.com", password: String = ServiceUnderTest.password) async throws -> Login {
        try await access.logIn(email: email, password: password, client: "test", by: stranger, requestID: "r")
    }

    /// Who the service takes the bearer of a token for.
    func caller(_ token: String) async throws -> Caller {
        try await authenticator.caller(PresentedCredentials(token: token, address: "127.0.0.1"))
    }

    /// The answer to an HTTP request.
    func answer(
        _ method: HTTPRequest.Method, _ path: String, _ body: String = "", token: String? = nil
    ) async throws -> (status: Int, headers: HTTPFields, body: String) {
        var head = HTTPRequest(method: method, scheme: "http", authority: "localhost", path: path)
        head.headerFields[.authorization] = token.map { "Bearer \($0)" }
        let context = ConnectionContext(
            source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        let response = await http.respond(to: Request(head: head, body: .init(buffer: ByteBuffer(string: body))), context: context)
        let writer = CollectedBody()
        try await response.body.write(writer)
        return (response.status.code, response.headers, writer.text)
    }
}
