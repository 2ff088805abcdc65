import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import ShippyAccess
import ShippyCore
import ShippyHTTPServer
import ShippyUsers
import Testing

@Suite struct UsersHTTPTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// The answer to a creation that fails with `error`.
    private func answer(to error: ShippyError) async throws -> (response: Response, body: String) {
        let store = MemoryStore()
        store.setFailure(error)
        let users = UsersService(store: store, options: .init(mailDomain: "localhost", bcryptCost: 10), logger: logger)
        let request = Request(
            head: .init(method: .post, scheme: "http", authority: "localhost", path: "/create"),
            body: .init(buffer: ByteBuffer(string: #"{"email":"ada@example.com"}"#)))
        let context = ConnectionContext(source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: logger))
        let state = AccessState(store: store, secret: .random(), logger: logger)
        let access = AccessService(
            store: store, state: state, signer: AccessTokenSigner(issuer: "", audience: ""), hasher: users.hasher,
            options: .init(mailDomain: "localhost"), logger: logger)
        let authenticator = Authenticator(
            store: store, state: state, verifier: AccessTokenVerifier(issuer: "", audience: ""), logger: logger)
        let http = UsersHTTP(
            users: users, access: access, tutorial: TutorialUsers(users: users, access: access, authenticator: authenticator),
            gate: AccessGate(AccessRules(mode: .local, signUp: .open)) { .anonymous(from: $0.address) }, logger: logger)
        let response = await http.respond(to: request, context: context)
        let writer = CollectedBody()
        try await response.body.write(writer)
        await users.close()
        return (response, writer.text)
    }

    @Test func aServiceThatShutsDownSaysSoAndWhenToComeBack() async throws {
        let (response, body) = try await answer(to: .shuttingDown("users"))
        #expect(response.status == .serviceUnavailable)
        #expect(response.headers[.retryAfter] == "1")
        #expect(body.contains("the users service is shutting down"))
    }

    @Test func whyTheStoreIsNotAvailableIsForTheLogOnly() async throws {
        let (response, body) = try await answer(to: ShippyError(.unavailable, "cannot reach PostgreSQL at 10.0.0.1"))
        #expect(response.status == .serviceUnavailable)
        #expect(response.headers[.retryAfter] == "5")
        #expect(!body.contains("10.0.0.1"))
    }
}
