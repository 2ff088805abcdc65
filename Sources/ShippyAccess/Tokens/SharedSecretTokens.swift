import Crypto
package import ShippyCore

/// Tokens as the tutorials' services make and verify them: HS256 with a key that all of them share.
///
/// Whoever can verify such a token can forge one. They are made and accepted only on demand, with `--jwt-hs256-key-file`; the
/// verifier of access tokens never accepts one.
package struct SharedSecretTokens: Sendable {
    /// The header, encoded, as jwt-go writes it: `{"alg":"HS256","typ":"JWT"}`.
    static let header = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
    /// As in the tutorials: it has no refresh tokens.
    package static let lifetime = Duration.seconds(72 * 60 * 60)
    /// The tutorials' `iss`.
    package static let defaultIssuer = "go.micro.srv.user"

    /// What a valid token says.
    package struct Claims: Hashable, Sendable {
        package var userID: String
        /// Nil if another program made the token.
        package var sessionID: String?
        package var expiresAt: Timestamp
    }

    private let key: SymmetricKey
    private let issuer: String

    package init(_ key: SharedSecretKey, issuer: String = defaultIssuer) {
        self.key = key.key
        self.issuer = issuer
    }

    /// Claims: `User` without a password, `exp`, `iss`; and `sid`, which the tutorials' services ignore.
    package func issue(to user: User, session: String, at now: Timestamp) -> String {
        var json = JSONWriter(capacity: 500)
        json.object {
            TokenUser.write(user, to: &$0)
            $0.field("exp", (now + Self.lifetime).milliseconds / 1000)
            $0.field("iss", issuer)
            $0.field("sid", session)
        }
        var bytes = Array("\(Self.header).".utf8)
        Base64URL.append(json.bytes, to: &bytes)
        let mac = HMAC<SHA256>.authenticationCode(for: bytes, using: key)
        bytes.append(UInt8(ascii: "."))
        Base64URL.append(Array(mac), to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The token says neither a role nor that it has not been revoked: it is valid for longer than revocations are kept. So whoever
    /// accepts one looks the account up, which must exist and not be disabled, and the session, which must not have ended.
    ///
    /// - Throws: ``TokenRefusal``
    package func verify(_ text: String, at now: Timestamp) throws(TokenRefusal) -> Claims {
        guard text.utf8.count <= AccessToken.sizeLimit else { throw .tooLong }
        let compact = try CompactToken(Array(text.utf8))
        try compact.checkHeader(algorithm: "HS256", others: [])
        guard HMAC<SHA256>.isValidAuthenticationCode(compact.signature, authenticating: compact.signed, using: key) else { throw .signature }
        let claims = try StrictJSON.object(compact.claims)
        guard let iss = claims.string("iss"), iss.utf8.elementsEqual(issuer.utf8) else { throw .issuer }
        guard let user = claims.object("User")?.string("id"), (1...128).contains(user.utf8.count), let seconds = claims.integer("exp"),
            (0...253_402_300_799).contains(seconds), claims["sid"] == nil || claims.string("sid").flatMap(UUIDText.bytes) != nil
        else { throw .claims }
        let expiresAt = Timestamp(milliseconds: seconds * 1000)
        guard now < expiresAt else { throw .expired }
        guard expiresAt <= now + Self.lifetime + AccessToken.clockLeeway else { throw .lifetime }
        return Claims(userID: user, sessionID: claims.string("sid"), expiresAt: expiresAt)
    }
}
