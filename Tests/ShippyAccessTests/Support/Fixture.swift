import Crypto
import Foundation
import ShippyCore
import TestSupport

@testable import ShippyAccess

/// An installation with keys, at a fixed time.
struct Fixture {
    static let issuer = "https://shippy.example"
    static let audience = "shippy"
    static let start = Timestamp(milliseconds: 1_767_323_045_678)

    let secret = AccessSecret.random()
    let rotation: KeyRotation
    var stored: StoredSigningKeys
    var keys: KeyRing
    let signer = AccessTokenSigner(issuer: Self.issuer, audience: Self.audience)
    let verifier = AccessTokenVerifier(issuer: Self.issuer, audience: Self.audience)
    let clock = ManualClock()
    let revocations: RevocationList
    let user = User(
        id: "01890a5d-ac96-774b-bcce-b302099a8057", name: "Ada \"Lovelace\" é 🚢", company: "Analytical",
        email: EmailAddress(trusted: "ada@example.com"), createdAt: Self.start)
    let session = UUIDv7.next(at: Self.start)

    init() throws {
        rotation = KeyRotation(secret: secret)
        stored = StoredSigningKeys(revision: 1, keys: try rotation.first(at: Self.start))
        keys = try KeyRing(stored, secret: secret, at: Self.start)
        revocations = RevocationList(clock: clock.steady)
        revocations.refresh(Revocations(mark: "", all: []), begun: clock.now)
    }

    mutating func replaceKeys(_ keys: [StoredSigningKey], at now: Timestamp) throws {
        stored = StoredSigningKeys(revision: stored.revision + 1, keys: keys)
        self.keys = try KeyRing(stored, secret: secret, at: now)
    }

    func issue(at now: Timestamp = Self.start) throws -> IssuedAccessToken {
        try signer.issue(to: user, role: .operator, session: session, keys: keys, at: now)
    }

    func verify(_ text: String, at now: Timestamp = Self.start) throws(TokenRefusal) -> AccessToken {
        try verifier.verify(text, keys: keys, revocations: revocations, at: now)
    }

    /// The reason for refusing a token; nil if it is accepted.
    func refusal(of text: String, at now: Timestamp = Self.start) -> TokenRefusal? {
        do {
            _ = try verify(text, at: now)
            return nil
        } catch {
            return error
        }
    }

    // MARK: Forging with the right key

    var keyID: String { keys.signer(at: Self.start)!.id }

    var header: String { #"{"alg":"ES256","typ":"JWT","kid":"\#(keyID)"}"# }

    /// The claims of a valid token, with some of them replaced, or left out if nil. They are JSON.
    func claims(_ changes: [String: String?] = [:], extra: String = "") -> String {
        let second = Self.start.milliseconds / 1000
        var claims: [(String, String?)] = [
            ("iss", "\"\(Self.issuer)\""), ("sub", "\"\(user.id)\""), ("aud", "\"\(Self.audience)\""), ("exp", "\(second + 900)"),
            ("nbf", "\(second)"),
            ("iat", "\(second)"), ("jti", "\"1\""), ("sid", "\"\(session)\""), ("roles", "[\"user\"]"), ("User", #"{"id":"\#(user.id)"}"#),
        ]
        for (index, claim) in claims.enumerated() {
            if let change = changes[claim.0] { claims[index].1 = change }
        }
        return "{" + claims.compactMap { claim in claim.1.map { "\"\(claim.0)\":\($0)" } }.joined(separator: ",") + extra + "}"
    }

    func forge(header: String? = nil, claims: String? = nil, by key: P256.Signing.PrivateKey? = nil) throws -> String {
        let signed = Base64URL.text(Array((header ?? self.header).utf8)) + "." + Base64URL.text(Array((claims ?? self.claims()).utf8))
        return signed + "." + Base64URL.text(try ES256.signature(of: Array(signed.utf8), by: key ?? keys.signer(at: Self.start)!.key))
    }
}
