package import ShippyCore

/// Issues access tokens: JWTs (RFC 7519) in compact form (RFC 7515, 3.1), signed with ES256.
///
/// Header: `alg`, `typ`, `kid`. Claims: `iss sub aud exp nbf iat jti sid roles User`. All times are whole seconds and `aud` is one
/// string, because jwt-go 3.2.0 accepts nothing else.
package struct AccessTokenSigner: Sendable {
    private let issuer: String
    private let audience: String

    /// - Parameters:
    ///   - issuer: at most 200 bytes, as is the audience.
    package init(issuer: String, audience: String) {
        self.issuer = issuer
        self.audience = audience
    }

    /// - Throws: ``ShippyError`` `.unavailable` if there is no key to sign with, `.failed` for a session without an ID of ours, and for
    ///   claims that are too large for a token.
    package func issue(to user: User, role: AccessRole, session: String, keys: KeyRing, at now: Timestamp) throws(ShippyError) -> IssuedAccessToken {
        guard let signer = keys.signer(at: now) else {
            throw ShippyError(.unavailable, "there is no signing key yet: try again in a second", retryAfter: .seconds(1))
        }
        guard let began = UUIDText.milliseconds(session) else {
            throw ShippyError(.failed, "cannot issue a token: session \(session.quoted(limit: 60)) has an ID of another form")
        }
        let issued = Timestamp(milliseconds: now.milliseconds / 1000 * 1000)
        let token = AccessToken(
            id: UUIDv7.next(at: now), keyID: signer.id, userID: user.id, sessionID: session, sessionBegan: Timestamp(milliseconds: began), role: role,
            issuedAt: issued, expiresAt: issued + AccessToken.lifetime)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1024)
        Base64URL.append(header(signer.id), to: &bytes)
        bytes.append(UInt8(ascii: "."))
        Base64URL.append(claims(token, user), to: &bytes)
        do {
            let signature = try ES256.signature(of: bytes, by: signer.key)
            bytes.append(UInt8(ascii: "."))
            Base64URL.append(signature, to: &bytes)
        } catch {
            throw ShippyError(.failed, "cannot sign a token with key \(signer.id)")
        }
        guard bytes.count <= AccessToken.sizeLimit else {
            throw ShippyError(.failed, "cannot issue a token: its claims are larger than \(AccessToken.sizeLimit) bytes; choose a shorter issuer")
        }
        return IssuedAccessToken(text: String(decoding: bytes, as: UTF8.self), token: token)
    }

    private func header(_ keyID: String) -> [UInt8] {
        var json = JSONWriter(capacity: 100)
        json.object {
            $0.field("alg", "ES256")
            $0.field("typ", "JWT")
            $0.field("kid", keyID)
        }
        return json.bytes
    }

    private func claims(_ token: AccessToken, _ user: User) -> [UInt8] {
        var json = JSONWriter(capacity: 700)
        json.object {
            $0.field("iss", issuer)
            $0.field("sub", token.userID)
            $0.field("aud", audience)
            $0.field("exp", token.expiresAt.milliseconds / 1000)
            $0.field("nbf", token.issuedAt.milliseconds / 1000)
            $0.field("iat", token.issuedAt.milliseconds / 1000)
            $0.field("jti", token.id)
            $0.field("sid", token.sessionID)
            $0.key("roles")
            $0.array { $0.string(token.role.rawValue) }
            TokenUser.write(user, to: &$0)
        }
        return json.bytes
    }
}
