import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import ShippyAccess
import ShippyCore
import ShippyHTTPServer
import ShippyUsers
import TestSupport
import Testing

@Suite struct UsersHTTPTests {
    /// The last answer to creations that fail with `error`.
    private func answer(
        to error: ShippyError, times: Int = 1, logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) async throws -> (response: Response, body: String) {
        let store = MemoryStore()
        store.setFailure(error)
        let users = UsersService(store: store, secret: .random(), options: .init(mailDomain: "localhost", bcryptCost: 10), logger: logger)
        let context = ConnectionContext(source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: logger))
        let state = AccessState(store: store, secret: .random(), logger: logger)
        let access = AccessService(
            store: store, state: state, signer: AccessTokenSigner(issuer: "", audience: ""), hasher: users.hasher,
            options: .init(mailDomain: "localhost"), logger: logger)
        let authenticator = Authenticator(
            store: store, state: state, verifier: AccessTokenVerifier(issuer: "", audience: ""), logger: logger)
        let http = UsersHTTP(
            users: users, access: access, tutorial: TutorialUsers(users: users, access: access, authenticator: authenticator),
            gate: AccessGate(AccessRules(mode: .local, signUp: .open), find: { _ in nil }) { .anonymous(from: $0.address) }, logger: logger)
        func respond() async -> Response {
            let request = Request(
                head: .init(method: .post, scheme: "http", authority: "localhost", path: "/create"),
                body: .init(buffer: ByteBuffer(string: #"{"email":"ada@example.com"}"#)))
            return await http.respond(to: request, context: context)
        }
        for _ in 1..<times { _ = await respond() }
        let response = await respond()
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

    @Test func anOutageDoesNotFillTheLog() async throws {
        let log = LogRecord()
        _ = try await answer(to: ShippyError(.unavailable, "cannot reach PostgreSQL at 10.0.0.1"), times: 200, logger: log.logger)
        let failures = log.lines.filter { $0.hasPrefix("error request failed") }
        // One a second, however slow this machine is.
        #expect(failures.first?.contains("10.0.0.1") == true && failures.count < 100)
    }
}
