import Crypto
import Foundation
import ShippyAccess
import ShippyCore

/// An installation with signing keys, a thousand revocations, and valid tokens of as many sessions.
struct TokenBench {
    struct Rates {
        var library: Double
        var new: Double
        var seen: Double
    }

    /// One token, as the cryptography library takes it.
    private struct Signed {
        var signature: P256.Signing.ECDSASignature
        var content: Data
    }

    private static let name = "shippy"
    private static let tokenCount = 4000
    /// Library and verifier take turns after so many tokens, so that the machine's varying speed affects both.
    private static let turn = 200
    private static let repetitions = 100

    private let now = Timestamp.now
    private let keys: KeyRing
    private let publicKey: P256.Signing.PublicKey
    private let revocations = RevocationList()
    private let tokens: [IssuedAccessToken]
    private let signed: [Signed]

    init() throws {
        let secret = AccessSecret.random()
        let stored = try KeyRotation(secret: secret).first(at: now)
        keys = try KeyRing(StoredSigningKeys(revision: 1, keys: stored), secret: secret, at: now)
        let signer = AccessTokenSigner(issuer: Self.name, audience: Self.name)
        let user = User(
            id: UUIDv7.next(at: now), name: "Ada Lovelace", company: "Analytical", email: EmailAddress(trusted: "ada@example.com"), createdAt: now)
        tokens = try (0..<Self.tokenCount).map { [now, keys] _ in
            try signer.issue(to: user, role: .user, session: UUIDv7.next(at: now), keys: keys, at: now)
        }
        signed = try tokens.map { token in
            let dot = token.text.lastIndex(of: ".")!
            var text = token.text[dot...].dropFirst().replacing("-", with: "+").replacing("_", with: "/")
            text += String(repeating: "=", count: (4 - text.count % 4) % 4)
            return Signed(
                signature: try P256.Signing.ECDSASignature(rawRepresentation: Data(base64Encoded: String(text))!),
                content: Data(token.text[..<dot].utf8))
        }
        let signs = tokens[0].token.keyID
        publicKey = try P256.Signing.PublicKey(x963Representation: stored.first { $0.id == signs }!.publicKey)
    }

    func round() throws -> Rates {
        // It has seen nothing yet.
        let verifier = AccessTokenVerifier(issuer: Self.name, audience: Self.name)
        var (library, new) = (Duration.zero, Duration.zero)
        for begin in stride(from: 0, to: Self.tokenCount, by: Self.turn) {
            let turn = begin..<min(begin + Self.turn, Self.tokenCount)
            library += time { for index in turn { precondition(isValid(signed[index])) } }
            readRevocations()
            new += try time { for index in turn { try verify(tokens[index], verifier) } }
        }
        var seen = Duration.zero
        for _ in 0..<Self.repetitions {
            readRevocations()
            seen += try time { for token in tokens { try verify(token, verifier) } }
        }
        func rate(_ count: Int, _ time: Duration) -> Double { Double(count) / time.seconds }
        return Rates(
            library: rate(Self.tokenCount, library), new: rate(Self.tokenCount, new), seen: rate(Self.tokenCount * Self.repetitions, seen))
    }

    /// The verifier refuses a token that it has seen before, as soon as it knows of the revocation.
    func checkRevocation() throws {
        let verifier = AccessTokenVerifier(issuer: Self.name, audience: Self.name)
        readRevocations()
        for _ in 0..<2 { try verify(tokens[0], verifier) }
        readRevocations(of: [tokens[0].token.sessionID])
        do {
            try verify(tokens[0], verifier)
        } catch TokenRefusal.revoked {
            return
        }
        throw ShippyError(.failed, "a revoked token was accepted")
    }

    private func isValid(_ signed: Signed) -> Bool { publicKey.isValidSignature(signed.signature, for: signed.content) }

    private func verify(_ token: IssuedAccessToken, _ verifier: AccessTokenVerifier) throws(TokenRefusal) {
        let verified = try verifier.verify(token.text, keys: keys, revocations: revocations, at: now)
        precondition(verified.id == token.token.id)
    }

    private func readRevocations(of sessions: [String] = []) {
        let all = (0..<1000).map { "\($0)" } + sessions
        revocations.refresh(Revocations(mark: "", all: all.map { Revocation(subject: .session($0), at: now) }), begun: .now)
    }

    private func time(_ body: () throws -> Void) rethrows -> Duration {
        let began = ContinuousClock.now
        try body()
        return ContinuousClock.now - began
    }
}
