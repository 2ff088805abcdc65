import Foundation
import ShippyClient
import ShippyConfiguration
import ShippyCore
import Synchronization

/// Where a command's credential comes from: the first of
/// 1. `--token-file`, `SHIPPY_TOKEN`, or `token-file` from elsewhere,
/// 2. the login that `shippy auth login` has stored for this context, or the token that the context has instead,
/// 3. the installation's own secret, if this user can read it, and only its own services are called or the secret's file is named.
///
/// A login is shown only to the services that it was made at, whatever the context leads to now.
final class CommandCredentials: Sendable {
    /// Makes a token with the installation's own secret; nil if this command does not have it.
    typealias OwnerToken = @Sendable (Configuration) throws -> String?

    /// How long a token made with the secret is used before another one is made.
    private static let ownerTokenAge = Duration.seconds(60)

    private struct State {
        var given: CommandCredential?
        var owner: (token: String, at: ContinuousClock.Instant)?
    }

    let stored: StoredCredentials
    private let configuration: Configuration
    private let ownerToken: OwnerToken
    private let refresh: @Sendable (_ refreshToken: String) async throws -> Login
    private let now: @Sendable () -> Timestamp
    private let state = Mutex(State())

    /// - Parameter refresh: gets the next access token of a login. It throws `.unauthenticated` if the login has ended.
    init(
        _ configuration: Configuration, file: ContextFile, ownerToken: @escaping OwnerToken,
        now: @escaping @Sendable () -> Timestamp = { .now }, refresh: @escaping @Sendable (_ refreshToken: String) async throws -> Login
    ) {
        self.configuration = configuration
        stored = StoredCredentials(file: file, holder: configuration.credentialsHolder)
        self.ownerToken = ownerToken
        self.now = now
        self.refresh = refresh
    }

    /// Where the services are that this command calls.
    var place: String { configuration.servicesPlace }

    /// For the clients of services.
    var forCalls: CallCredentials {
        CallCredentials { [self] refused in try await current(insteadOf: refused)?.token }
    }

    /// The credential for the next call, with a token that is still valid for a while; nil if there is none.
    /// - Parameter refused: a token that a service has refused.
    /// - Throws: ``ShippyError`` `.unauthenticated` if the stored login has ended, `.usage` for an unreadable token file.
    func current(insteadOf refused: String? = nil) async throws -> CommandCredential? {
        if let given = try await givenToken() { return given }
        let credentials = try await storedCredentials()
        if let login = login(in: credentials) { return .login(try await fresh(login, insteadOf: refused)) }
        return try tokenOfContext(credentials) ?? owner(insteadOf: refused)
    }

    // MARK: A token that was given

    private func givenToken() async throws -> CommandCredential? {
        if let known = state.withLock({ $0.given }) { return known }
        guard let given = try await readGivenToken() else { return nil }
        // A pipe can be read only once.
        state.withLock { $0.given = given }
        return given
    }

    /// Where the token comes from that was given to this command; nil if none was.
    func givenSource() async throws -> String? {
        if case .given(_, let source)? = try await givenToken() { source } else { nil }
    }

    private func readGivenToken() async throws -> CommandCredential? {
        let origin = configuration.sources.given(Settings.tokenFile.row)?.origin
        let isFlag = if case .flag? = origin { true } else { false }
        if !isFlag, let token = configuration.token {
            return .given(token: token.text, source: Settings.token.row.variable)
        }
        guard let path = configuration.tokenFile, let origin else { return nil }
        let source = origin.name(of: Settings.tokenFile.row)
        try SecretFile.checkReaders(path, name: "token")
        let line = try await SecretLine(source: "\(source) \(path.quoted(limit: 200))").read(path)
        do {
            return .given(token: try GivenToken(line).text, source: "\(source) \(path.quoted(limit: 200))")
        } catch let error as Unreadable {
            throw ShippyError(.usage, "cannot use \(source) \(path.quoted(limit: 200)): \(error.advice)")
        }
    }

    // MARK: A login

    /// Where no context is to be used, a file of contexts that cannot be read is no obstacle.
    private func storedCredentials() async throws -> Credentials {
        do {
            return try await stored.load()
        } catch {
            guard configuration.sources.namedContext?.text.isEmpty == true else { throw error }
            return Credentials()
        }
    }

    /// The stored login, if it is one for the services that this command calls.
    func storedLogin() async throws -> StoredLogin? { login(in: try await stored.load()) }

    private func login(in credentials: Credentials) -> StoredLogin? {
        StoredLogin(credentials).flatMap { $0.place == place ? $0 : nil }
    }

    private func tokenOfContext(_ credentials: Credentials) throws -> CommandCredential? {
        guard let text = credentials.apiToken, let name = configuration.context?.name else { return nil }
        do {
            return .given(token: try GivenToken(text).text, source: "context \(name)")
        } catch let error as Unreadable {
            throw ShippyError(.usage, "cannot use the api-token of context \(name): \(error.advice)")
        }
    }

    private func fresh(_ login: StoredLogin, insteadOf refused: String?) async throws -> StoredLogin {
        if isFresh(login, insteadOf: refused) { return login }
        do {
            let next = try await stored.updateLogin { [self] login in
                // Another command may have been faster, or have logged out.
                guard let login, login.place == place, !isFresh(login, insteadOf: refused) else { return login }
                return StoredLogin(try await refresh(login.refreshToken), at: now(), place: place)
            }
            guard let next, next.place == place else { throw Self.notLoggedIn }
            return next
        } catch let error as ShippyError where error.code == .unauthenticated {
            throw Self.ended(login)
        }
    }

    private func isFresh(_ login: StoredLogin, insteadOf refused: String?) -> Bool {
        login.accessToken != refused && now() < login.renewAt
    }

    // MARK: The installation's secret

    /// Whether the secret's file was named for the services that are called. Neither a context nor an address says whose services it
    /// leads to, and another installation must not see this one's token.
    private var namesOwnSecret: Bool {
        configuration.secretFile != nil && configuration.context == nil && configuration.usersAddress == nil
            && configuration.notificatorAddress == nil
    }

    /// Whether the services that this command calls are certain to be those of the secret.
    private var mayActAsOwner: Bool { configuration.callsOwnServices || namesOwnSecret }

    private func owner(insteadOf refused: String?) throws -> CommandCredential? {
        guard mayActAsOwner else { return nil }
        if let made = state.withLock({ $0.owner }), made.token != refused, made.at.duration(to: .now) < Self.ownerTokenAge {
            return .owner(token: made.token)
        }
        guard let token = try ownerToken(configuration) else { return nil }
        state.withLock { $0.owner = (token, .now) }
        return .owner(token: token)
    }
}

// MARK: - Refusals

extension CommandCredentials {
    static let notLoggedIn = ShippyError(
        .unauthenticated, "not logged in: run `shippy auth login`, or give a token with --token-file or SHIPPY_TOKEN")

    static func ended(_ login: StoredLogin) -> ShippyError {
        ShippyError(.unauthenticated, "the login of \(login.holder) has ended: run `shippy auth login`")
    }

    /// nil if there is a secret, or none is to be expected.
    private var missingSecret: ShippyError? {
        guard mayActAsOwner, FileManager.default.fileExists(atPath: "\(configuration.home)/shippy.db"),
            !FileManager.default.fileExists(atPath: configuration.secretPath)
        else { return nil }
        return ShippyError(
            .unauthenticated,
            "there is no secret in \(configuration.secretPath), which would make this command the owner: put it back, or run `shippy auth login`")
    }

    /// Runs `body`. If a service refuses who calls, the error says who that was, and what to do.
    func explaining<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as ShippyError where error.code == .unauthenticated || error.code == .forbidden {
            throw await explained(error)
        }
    }

    private func explained(_ error: ShippyError) async -> ShippyError {
        let credential: CommandCredential?
        do {
            credential = try await known()
        } catch {
            return .wrapping(error)
        }
        switch (error.code, credential) {
        case (.unauthenticated, nil): return missingSecret ?? Self.notLoggedIn
        case (.unauthenticated, .given(_, let source)):
            return ShippyError(.unauthenticated, "the token in \(source) is not valid: it may have expired, or been revoked")
        case (.unauthenticated, .login(let login)):
            var ended = Self.ended(login)
            if (try? owner(insteadOf: nil)) != nil {
                ended.message += ", or `shippy auth logout` to go on as the owner of \(configuration.home)"
            }
            return ended
        case (.unauthenticated, .owner):
            return ShippyError(
                .unauthenticated,
                "the service does not accept the secret in \(configuration.secretPath): run this command with the same --home and --secret-file as the service, or run `shippy auth login`"
            )
        case (_, .login(let login)):
            let role = login.claims?.role.map { " with the role \($0.visiblyEscaped(limit: 20))" } ?? ""
            return ShippyError(error.code, "\(error.message); you are \(login.holder)\(role)", field: error.field)
        case (_, .given(_, let source)): return ShippyError(error.code, "\(error.message); the token is in \(source)", field: error.field)
        default: return error
        }
    }

    /// The credential without asking a service for a newer one.
    func known() async throws -> CommandCredential? {
        if let given = try await givenToken() { return given }
        let credentials = try await storedCredentials()
        if let login = login(in: credentials) { return .login(login) }
        return try tokenOfContext(credentials) ?? owner(insteadOf: nil)
    }
}
