import ShippyConfiguration
import ShippyCore

/// A login as it is kept in the contexts file. Its description has no token.
struct StoredLogin: Hashable, Sendable {
    var accessToken: String
    var refreshToken: String
    /// When to get the next access token: shortly before this one ends, by this machine's clock.
    var renewAt: Timestamp
    /// Where the services are that gave the tokens.
    var place: String

    /// How long before its end an access token is renewed, at most, so that a call still arrives with a valid one.
    private static let margin = Duration.seconds(60)

    /// - Parameters:
    ///   - now: the time of the answer, by this machine's clock.
    ///   - place: where the service is that gave it.
    init(_ login: Login, at now: Timestamp, place: String) {
        accessToken = login.accessToken
        refreshToken = login.refreshToken
        renewAt = now + login.expiresIn - min(Self.margin, login.expiresIn / 5)
        self.place = place
    }

    /// - Returns: nil if there is no login among them.
    init?(_ credentials: Credentials) {
        guard let refreshToken = credentials.refreshToken, let place = credentials.place else { return nil }
        accessToken = credentials.accessToken ?? ""
        self.refreshToken = refreshToken
        renewAt = credentials.renewAt ?? Timestamp(milliseconds: 0)
        self.place = place
    }

    /// What the access token says of its holder.
    var claims: TokenClaims? { TokenClaims(accessToken) }

    /// Whether it is the same login, though its tokens may have been renewed since.
    func isSame(as other: StoredLogin) -> Bool {
        guard place == other.place else { return false }
        if refreshToken == other.refreshToken { return true }
        guard let session = claims?.session else { return false }
        return session == other.claims?.session
    }

    /// Who is logged in, for messages.
    var holder: String { (claims?.email ?? claims?.subject ?? "an unknown user").visiblyEscaped(limit: 80) }
}

extension StoredLogin: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "login at \(place)" }
    var debugDescription: String { description }
    /// Without the tokens, so that no dump contains them.
    var customMirror: Mirror { Mirror(self, children: ["place": place]) }
}

extension Credentials {
    /// With this login; nil removes the present one.
    func with(_ login: StoredLogin?) -> Credentials {
        Credentials(
            refreshToken: login?.refreshToken, accessToken: login?.accessToken, renewAt: login?.renewAt, place: login?.place, apiToken: apiToken)
    }
}
