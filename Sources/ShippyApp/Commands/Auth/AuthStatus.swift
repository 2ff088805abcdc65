import ShippyConfiguration
import ShippyCore

/// Who a command is to the services.
struct AuthStatus: JSONWritable {
    enum Source: String {
        case login, token, owner, certificate
    }

    var source: Source
    /// Where the token or the certificate comes from; nil for a login.
    var origin: String?
    /// As in ``AuditEntry/actor``; nil if only the service knows it.
    var actor: String?
    /// The name of a program's token.
    var name: String?
    var userID: String?
    var email: String?
    /// nil if only the service knows it.
    var role: String?
    /// nil for none.
    var context: String?
    /// Where the services are.
    var place: String
    /// nil if it does not end, or only the service knows when.
    var expiresAt: Timestamp?

    /// - Throws: ``ShippyError`` `.unauthenticated` without a credential, or for one that the service does not accept.
    static func make(_ credentials: CommandCredentials, _ access: any AccessAPI, _ configuration: Configuration) async throws -> AuthStatus {
        switch try await credentials.current() {
        case nil:
            // The connection may show a certificate that has a role.
            guard let certificate = configuration.tlsCertificate else { throw CommandCredentials.notLoggedIn }
            return AuthStatus(try await access.whoAmI(), .certificate, origin: certificate, credentials, configuration)
        case .login: return try await ofLogin(credentials, access, configuration)
        case .given(let token, let origin):
            var status = AuthStatus(try await access.whoAmI(), .token, origin: origin, credentials, configuration)
            // A user's access token ends before the session does.
            if let claims = TokenClaims(token) { status.expiresAt = claims.expiresAt }
            return status
        case .owner: return AuthStatus(try await access.whoAmI(), .owner, origin: configuration.home, credentials, configuration)
        }
    }

    /// The status of the stored login.
    /// - Parameter access: knows when its session ends; nil if it would be asked with another token.
    static func ofLogin(_ credentials: CommandCredentials, _ access: (any AccessAPI)?, _ configuration: Configuration) async throws -> AuthStatus {
        guard let login = try await credentials.storedLogin() else { throw CommandCredentials.notLoggedIn }
        let claims = login.claims
        var expiresAt: Timestamp?
        if let access, let user = claims?.subject, let id = claims?.session {
            // A session that has ended is not listed. Its access token may still be accepted for some seconds.
            let sessions = try await access.sessions(of: user, after: Self.cursor(before: id), limit: 100)
            guard let session = sessions.first(where: { $0.id == id }) else { throw CommandCredentials.ended(login) }
            expiresAt = session.session.expiresAt
        }
        return AuthStatus(
            source: .login, actor: claims?.subject.map { "user:\($0)" }, userID: claims?.subject, email: claims?.email, role: claims?.role,
            context: configuration.context?.name,
            place: credentials.place, expiresAt: expiresAt)
    }

    /// The IDs of sessions begin with their time: this one comes before all that began in the same millisecond.
    private static func cursor(before id: String) -> String { "\(id.prefix(13))-0000-0000-000000000000" }

    private init(
        _ caller: CallerStatus, _ source: Source, origin: String, _ credentials: CommandCredentials, _ configuration: Configuration
    ) {
        self.source = source
        self.origin = origin
        actor = caller.actor
        role = caller.role.rawValue
        context = configuration.context?.name
        place = credentials.place
        expiresAt = caller.expiresAt
        if caller.actor.hasPrefix(Self.userPrefix) {
            userID = String(caller.actor.dropFirst(Self.userPrefix.count))
            email = caller.name
        } else if !caller.name.isEmpty {
            name = caller.name
        }
    }

    private init(
        source: Source, actor: String?, userID: String?, email: String?, role: String?, context: String?, place: String, expiresAt: Timestamp?
    ) {
        self.source = source
        self.actor = actor
        self.userID = userID
        self.email = email
        self.role = role
        self.context = context
        self.place = place
        self.expiresAt = expiresAt
    }

    private static let userPrefix = "user:"

    /// For people.
    var fields: [(String, String)] {
        [
            who, ("role", role ?? "-"), ("from", origin ?? "shippy auth login"), ("services", place), ("context", context ?? "-"),
            ("until", expiresAt?.description ?? "-"),
        ]
    }

    /// What kind of caller, and which one.
    private var who: (String, String) {
        guard let actor else { return ("user", email ?? "-") }
        let parts = actor.split(separator: ":", maxSplits: 1).map(String.init)
        return switch parts[0] {
        case "user": ("user", email ?? parts[1])
        case "token": ("program", name ?? parts[1])
        case "certificate": ("certificate", parts[1])
        case "owner": ("user", "owner of the data directory")
        default: ("user", actor)
        }
    }

    func write(to json: inout JSONWriter) {
        json.object {
            $0.field("source", source.rawValue)
            $0.field("origin", origin)
            $0.field("actor", actor)
            $0.field("name", name)
            $0.field("user_id", userID)
            $0.field("email", email)
            $0.field("role", role)
            $0.field("context", context)
            $0.field("services", place)
            $0.field("expires_at", expiresAt)
        }
    }
}
