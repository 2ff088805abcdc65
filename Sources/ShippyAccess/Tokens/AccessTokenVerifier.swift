import Crypto
package import ShippyCore

/// Verifies access tokens. Whatever is not exactly what ``AccessTokenSigner`` makes is refused before any cryptography, and the
/// algorithm and the key are never the token's choice.
package struct AccessTokenVerifier: Sendable {
    private let issuer: String
    private let audience: String
    private let cache: VerifiedTokens

    /// - Parameters:
    ///   - issuer: the only `iss` accepted.
    ///   - audience: the only `aud` accepted.
    ///   - cacheLimit: how many verified tokens to remember: about 1 KiB each.
    package init(issuer: String, audience: String, cacheLimit: Int = 16_384) {
        self.issuer = issuer
        self.audience = audience
        cache = VerifiedTokens(limit: cacheLimit)
    }

    /// What the token says, if it is valid now and not revoked.
    ///
    /// A token that has been verified before is recognized by the SHA-256 of its text, and its signature is not verified again. Its times,
    /// its key and the revocations are checked each time.
    package func verify(_ text: String, keys: KeyRing, revocations: RevocationList, at now: Timestamp) throws(TokenRefusal) -> AccessToken {
        guard text.utf8.count <= AccessToken.sizeLimit else { throw .tooLong }
        let digest = TokenDigest(text)
        let known = cache.find(digest)
        let token: AccessToken
        if let known { token = known.token } else { token = try verified(Array(text.utf8), keys, now) }
        try checkTimes(token, now)
        guard keys.verifier(token.keyID, at: now) != nil else { throw .key }
        if known == nil { cache.insert(token, as: digest, at: now) }
        try revocations.check(token)
        return token
    }

    private func verified(_ text: [UInt8], _ keys: KeyRing, _ now: Timestamp) throws(TokenRefusal) -> AccessToken {
        let compact = try CompactToken(text)
        try compact.checkHeader(algorithm: "ES256", others: ["kid"])
        guard let keyID = compact.header.string("kid"), keyID.utf8.allSatisfy({ $0 < 0x80 }), let key = keys.verifier(keyID, at: now) else {
            throw .key
        }
        guard compact.signature.count == ES256.signatureSize else { throw .signature }
        guard ES256.isLow(compact.signature) else { throw .highSignature }
        let token = try token(try StrictJSON.object(compact.claims), keyID)
        try checkTimes(token, now)
        guard ES256.isValid(compact.signature, of: compact.signed, by: key) else { throw .signature }
        return token
    }

    private func token(_ claims: JSONObject, _ keyID: String) throws(TokenRefusal) -> AccessToken {
        guard let iss = claims.string("iss"), iss.utf8.elementsEqual(issuer.utf8) else { throw .issuer }
        guard let aud = claims.string("aud"), aud.utf8.elementsEqual(audience.utf8) else { throw .audience }
        guard let user = claims.string("sub"), (1...128).contains(user.utf8.count), claims.object("User")?.string("id") == user,
            let id = claims.string("jti"), (1...128).contains(id.utf8.count),
            let session = claims.string("sid"), let began = UUIDText.milliseconds(session),
            case .array(let roles)? = claims["roles"], roles.count == 1, case .string(let name) = roles[0], let role = AccessRole(rawValue: name),
            let expires = Self.time(claims, "exp"), let issued = Self.time(claims, "iat"), Self.time(claims, "nbf") == issued
        else { throw .claims }
        return AccessToken(
            id: id, keyID: keyID, userID: user, sessionID: session, sessionBegan: Timestamp(milliseconds: began), role: role, issuedAt: issued,
            expiresAt: expires)
    }

    /// Whole seconds, up to the year 9999.
    private static func time(_ claims: JSONObject, _ name: String) -> Timestamp? {
        guard let seconds = claims.integer(name), (0...253_402_300_799).contains(seconds) else { return nil }
        return Timestamp(milliseconds: seconds * 1000)
    }

    private func checkTimes(_ token: AccessToken, _ now: Timestamp) throws(TokenRefusal) {
        guard now < token.expiresAt else { throw .expired }
        guard token.issuedAt <= now + AccessToken.clockLeeway else { throw .future }
        guard token.issuedAt < token.expiresAt, token.expiresAt <= token.issuedAt + AccessToken.lifetime else { throw .lifetime }
    }
}
