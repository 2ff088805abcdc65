import Crypto
import Foundation
import ShippyCore

/// The private half of a signing key in the store: AES-256-GCM under ``AccessSecret``, bound to the key's ID.
enum SealedKey {
    static func seal(_ key: P256.Signing.PrivateKey, id: String, under secret: AccessSecret) throws(ShippyError) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(key.rawRepresentation, using: secret.sealingKey, authenticating: Array(id.utf8))
            // Nil only for a nonce of another size.
            return [UInt8](box.combined!)
        } catch {
            throw ShippyError(.failed, "cannot encrypt signing key \(id)")
        }
    }

    /// - Throws: ``ShippyError`` `.denied` for a key of another secret, or one that has been changed. Its public half and its ID must be
    ///   the private half's: who can write to the store but has no secret cannot add a key.
    static func open(_ stored: StoredSigningKey, with secret: AccessSecret) throws(ShippyError) -> P256.Signing.PrivateKey {
        let id = stored.id.visiblyEscaped(limit: 60)
        guard let box = try? AES.GCM.SealedBox(combined: stored.sealedPrivateKey),
            let bytes = try? AES.GCM.open(box, using: secret.sealingKey, authenticating: Array(stored.id.utf8)),
            let key = try? P256.Signing.PrivateKey(rawRepresentation: bytes)
        else {
            throw ShippyError(
                .denied,
                "the signing keys in the store were encrypted under another secret: give --secret-file the file `secret` of the machine that made them; if it is lost, `shippy key revoke --all` removes the keys, and everybody has to log in again"
            )
        }
        guard [UInt8](key.publicKey.x963Representation) == stored.publicKey, JSONWebKey(key.publicKey).id == stored.id else {
            throw ShippyError(.denied, "signing key \(id) in the store does not fit its private half: remove it with `shippy key revoke \(id)`")
        }
        return key
    }
}
