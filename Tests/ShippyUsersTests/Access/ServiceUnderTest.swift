import EmbeddedEngines
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import ShippyAccess
import ShippyCore
import ShippyEvents
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
    /// What the services log.
    let log = LogRecord()

    /// - Parameters:
    ///   - sharedKey: of tokens with HS256; nil for none.
    ///   - hasher: checks the passwords of logins; nil for the one that hashes them.
    init(
        mode: AccessRules.Mode = .local, signUp: AccessRules.SignUp = .open, sharedKey: String? = nil, cost: Int = 4, announcesLogins: Bool = false,
        hasher: PasswordHasher? = nil
    ) async throws {
        let logger = log.logger
        directory = try TemporaryDirectory()
        store = try SQLiteStore(path: directory("shippy.db"))
        secret = AccessSecret.random()
        // Nothing reads the revocations again while a test goes on, however long a busy machine takes.
        state = AccessState(store: store, secret: secret, clock: ManualClock().steady, logger: logger)
        let shared = try sharedKey.map { SharedSecretTokens(try SharedSecretKey(Array($0.utf8), from: "a test")) }
        users = UsersService(store: store, secret: secret, options: .init(mailDomain: "localhost", bcryptCost: cost), logger: logger)
        access = AccessService(
            store: store, state: state, signer: AccessTokenSigner(issuer: "shippy", audience: "shippy"), sharedSecret: shared,
            hasher: hasher ?? users.hasher, attempts: users.attempts,
            options: .init(mailDomain: "localhost", announcesLogins: announcesLogins), logger: logger)
        let authenticator = Authenticator(
            store: store, state: state, verifier: AccessTokenVerifier(issuer: "shippy", audience: "shippy"), sharedSecret: shared, logger: logger)
        self.authenticator = authenticator
        gate = AccessGate(
            AccessRules(mode: mode, signUp: signUp), find: { [users] in try await users.target($0) },
            denials: DenialLog(store: store, logger: logger),
            authenticate: { try await authenticator.caller($0) })
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

    /// A program's token with this role.
    func token(_ role: AccessRole) async throws -> String {
        try await access.createToken(name: "t", role: role, lifetime: nil, by: owner, requestID: "r").text
    }

    // MARK: Mails and events

    var links: AccessLinks { access.links }

    /// A notice as it was published.
    struct Notice {
        var event: OutgoingEvent
        var template: Mail.Template?
        var email: String
    }

    /// All that was published.
    func events() async throws -> [OutgoingEvent] {
        let claim = try await store.outbox?.claimOutbox(limit: 1000, owner: "test", lease: .seconds(60), at: BusPosition(identity: "", sequence: 0))
        return claim?.records.map(\.event) ?? []
    }

    func notices() async throws -> [Notice] {
        try await events().filter { $0.subject == .userNotice }.map { event in
            Notice(
                event: event, template: event.headers[HeaderName.notice].flatMap(Mail.Template.init),
                email: CanonicalUserJSON(event.payload)?.user.email ?? "")
        }
    }

    /// The token in the mail of a notice; nil without a link.
    func token(_ notice: Notice) -> String? {
        notice.event.headers[HeaderName.link].flatMap { try? MailLink(text: $0) }?.token(for: EmailAddress(trusted: notice.email), secret)
    }

    /// A token as it would be mailed to a user now.
    func link(_ purpose: LinkPurpose, to user: User) async throws -> String {
        guard let account = try await store.account(id: user.id) else { throw ShippyError(.failed, "no account") }
        return MailLink(purpose, for: account, at: .now, secret).token(for: account.user.email, secret)
    }

    /// All entries of the audit log, oldest first.
    func audit(_ filter: AuditFilter = AuditFilter()) async throws -> [AuditEntry] {
        try await store.auditEntries(filter, after: nil, limit: 1000)
    }

    /// Who the service takes the bearer of a token for.
    func caller(_ token: String) async throws -> Caller {
        try await authenticator.caller(PresentedCredentials(token: token, address: "127.0.0.1"))
    }

    /// The answer to an HTTP request.
    func answer(
        _ method: HTTPRequest.Method, _ path: String, _ body: String = "", token: String? = nil, contentType: String? = nil,
        fields: HTTPFields = [:]
    ) async throws -> (status: Int, headers: HTTPFields, body: String) {
        var head = HTTPRequest(method: method, scheme: "http", authority: "localhost", path: path, headerFields: fields)
        head.headerFields[.authorization] = token.map { "Bearer \($0)" }
        head.headerFields[.contentType] = contentType
        let context = ConnectionContext(
            source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        let response = await http.respond(to: Request(head: head, body: .init(buffer: ByteBuffer(string: body))), context: context)
        let writer = CollectedBody()
        try await response.body.write(writer)
        return (response.status.code, response.headers, writer.text)
    }
}
