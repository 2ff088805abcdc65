import ShippyConfiguration
import ShippyCore

/// Who a command is to the services.
struct AuthStatus: JSONWritable {
    enum Source: String {
        case login, token, owner
    }

    var source: Source
    /// Where the token comes from; nil for a login.
    var origin: String?
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
        case nil: throw CommandCredentials.notLoggedIn
        case .login: return try await ofLogin(credentials, access, configuration)
        case .given(let token, let origin):
            try await check(access)
            return ofToken(token, .token, origin: origin, credentials, configuration)
        case .owner(let token):
            try await check(access)
            var status = ofToken(token, .owner, origin: configuration.home, credentials, configuration)
            // Each token lasts for minutes, and the next one is made for the next command.
            status.expiresAt = nil
            status.role = status.role ?? AccessRole.admin.rawValue
            return status
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
            expiresAt = session.expiresAt
        }
        return AuthStatus(
            source: .login, origin: nil, userID: claims?.subject, email: claims?.email, role: claims?.role, context: configuration.context?.name,
            place: credentials.place, expiresAt: expiresAt)
    }

    /// The IDs of sessions begin with their time: this one comes before all that began in the same millisecond.
    private static func cursor(before id: String) -> String { "\(id.prefix(13))-0000-0000-000000000000" }

    private static func ofToken(
        _ token: String, _ source: Source, origin: String, _ credentials: CommandCredentials, _ configuration: Configuration
    ) -> AuthStatus {
        let claims = TokenClaims(token)
        return AuthStatus(
            source: source, origin: origin, userID: source == .owner ? nil : claims?.subject, email: nil, role: claims?.role,
            context: configuration.context?.name, place: credentials.place, expiresAt: claims?.expiresAt)
    }

    /// Makes a call that a valid token of any role gets an answer to.
    private static func check(_ access: any AccessAPI) async throws {
        do {
            _ = try await access.sessions(of: nil, after: nil, limit: 1)
        } catch let error as ShippyError where error.code == .forbidden {
            // The service knows who called.
        }
    }

    /// For people.
    var fields: [(String, String)] {
        let who =
            switch source {
            case .login: email ?? "-"
            case .token: userID ?? "-"
            case .owner: "owner of the data directory"
            }
        return [
            ("user", who), ("role", role ?? "-"), ("from", origin ?? "shippy auth login"), ("services", place), ("context", context ?? "-"),
            ("until", expiresAt?.description ?? "-"),
        ]
    }

    func write(to json: inout JSONWriter) {
        json.object {
            $0.field("source", source.rawValue)
            $0.field("origin", origin)
            $0.field("user_id", userID)
            $0.field("email", email)
            $0.field("role", role)
            $0.field("context", context)
            $0.field("services", place)
            $0.field("expires_at", expiresAt)
        }
    }
}
