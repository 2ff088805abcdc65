import Crypto
import Foundation
package import ShippyCore

/// The signing keys at one time, decrypted: which one signs and which ones verify. It never changes; who holds one replaces it when
/// ``AccessStore/signingKeys()`` has another revision.
package struct KeyRing: Sendable {
    /// That of the stored keys.
    package let revision: Int64
    /// The public halves as a JWKS document (RFC 7517), for `/.well-known/jwks.json`, to be cached for ``KeyRotation/cachingTime``.
    package let jwks: [UInt8]
    private let stored: [StoredSigningKey]
    private let signers: [String: P256.Signing.PrivateKey]
    private let verifiers: [String: Verifier]

    struct Verifier: Sendable {
        var key: P256.Signing.PublicKey
        var retiresAt: Timestamp?
    }

    /// - Throws: ``ShippyError`` `.denied` if one of the keys cannot be decrypted with this secret, or has been tampered with.
    package init(_ keys: StoredSigningKeys, secret: AccessSecret, at now: Timestamp) throws(ShippyError) {
        var signers: [String: P256.Signing.PrivateKey] = [:]
        var verifiers: [String: Verifier] = [:]
        var json = JSONWriter()
        var published: [JSONWebKey] = []
        let current = keys.keys.filter { !$0.isRetired(at: now) }
        for stored in current {
            let key = try SealedKey.open(stored, with: secret)
            signers[stored.id] = key
            verifiers[stored.id] = Verifier(key: key.publicKey, retiresAt: stored.retiresAt)
            published.append(JSONWebKey(key.publicKey))
        }
        json.object {
            $0.key("keys")
            $0.array { json in published.forEach { $0.write(to: &json) } }
        }
        revision = keys.revision
        jwks = json.bytes
        stored = current
        self.signers = signers
        self.verifiers = verifiers
    }

    /// Whether one of the published keys has retired since it was made.
    func isPast(_ now: Timestamp) -> Bool { stored.contains { $0.isRetired(at: now) } }

    /// The key that signs at this time; nil if there are no keys.
    func signer(at now: Timestamp) -> (id: String, key: P256.Signing.PrivateKey)? {
        stored.signer(at: now).flatMap { stored in signers[stored.id].map { (stored.id, $0) } }
    }

    /// The key of this name, byte for byte, if its tokens are accepted at this time. There is no default.
    ///
    /// One that stands by is accepted, too: the process that lets it sign may have a clock that is ahead.
    func verifier(_ id: String, at now: Timestamp) -> P256.Signing.PublicKey? {
        guard let verifier = verifiers[id], verifier.retiresAt.map({ now < $0 }) ?? true else { return nil }
        return verifier.key
    }
}
