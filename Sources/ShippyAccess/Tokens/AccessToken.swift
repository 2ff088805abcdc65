package import ShippyCore

/// What a valid access token says: who calls, in which session, in which role.
package struct AccessToken: Hashable, Sendable {
    /// How long access tokens are valid. Every verifier refuses one that claims more.
    package static let lifetime = Duration.seconds(15 * 60)
    /// The largest text, in bytes.
    package static let sizeLimit = 8 * 1024
    /// How far ahead of this machine's clock the clock of the one that issued the token may be. `exp` has no leeway.
    package static let clockLeeway = Duration.seconds(10)

    /// `jti`
    package var id: String
    /// `kid`
    package var keyID: String
    /// `sub`
    package var userID: String
    /// `sid`: a UUID of version 7.
    package var sessionID: String
    /// When the session began, by the clock of the service that began it: the time in ``sessionID``.
    package var sessionBegan: Timestamp
    /// The only element of `roles`.
    package var role: AccessRole
    /// `iat`, and `nbf`: a whole second.
    package var issuedAt: Timestamp
    /// `exp`: a whole second. At this time, the token is no longer valid.
    package var expiresAt: Timestamp

    package func caller(address: String) -> Caller {
        Caller(.user(id: userID, session: sessionID), role: role, address: address)
    }
}

/// A new access token.
package struct IssuedAccessToken: Sendable {
    /// The token itself.
    package let text: String
    package let token: AccessToken
}
