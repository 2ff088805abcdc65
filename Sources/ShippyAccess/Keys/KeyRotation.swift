import Crypto
import Foundation
package import ShippyCore

/// The life of signing keys: each stands by, signs, and is retired.
///
/// Each method returns all keys as they should be. The caller puts them in the store with
/// ``AccessStore/replaceSigningKeys(_:ifRevision:ifValid:audit:)``, and begins again with what is stored now if another process was faster.
package struct KeyRotation: Sendable {
    /// How long other programs may keep the JWKS document: the max-age of its Cache-Control.
    package static let cachingTime = Duration.seconds(5 * 60)
    /// How long a key is published before it signs.
    package static let standbyTime = cachingTime * 2
    /// How long a key's tokens are accepted after another key has begun to sign: as long as they are valid, with room for clocks
    /// that differ and for processes that have not heard of the new key yet.
    package static let retirementTime = AccessToken.lifetime + .seconds(5 * 60)

    private let secret: AccessSecret

    package init(secret: AccessSecret) {
        self.secret = secret
    }

    /// The first keys of an installation: one signs, one stands by.
    package func first(at now: Timestamp) throws(ShippyError) -> [StoredSigningKey] {
        try completed([], at: now)
    }

    /// The standby will sign, at once or as soon as it has been published for ``standbyTime``. A new one stands by, and the one that
    /// signs now retires ``retirementTime`` later.
    ///
    /// A rotation that is under way stays as it is: then nothing changes.
    ///
    /// - Throws: ``ShippyError`` `.denied` if a key cannot be decrypted: a new one beside it would leave keys of two secrets, which no
    ///   process can use.
    package func rotated(_ keys: [StoredSigningKey], at now: Timestamp) throws(ShippyError) -> [StoredSigningKey] {
        for key in keys where !key.isRetired(at: now) { _ = try SealedKey.open(key, with: secret) }
        let complete = try completed(keys, at: now)
        guard let signer = keys.signer(at: now), keys.pending(at: now) == nil, let standby = complete.standby else { return complete }
        let begins = max(now, standby.createdAt + Self.standbyTime)
        var rotated = complete.begin(standby.id, at: begins)
        rotated[rotated.firstIndex { $0.id == signer.id }!].retiresAt = begins + Self.retirementTime
        return try completed(rotated, at: now)
    }

    /// Without the key: its tokens are refused as soon as each process has read the keys again. If it signs, the next one begins at
    /// once, even if caches do not know it yet. If it was to sign, the one that signs continues.
    ///
    /// - Throws: ``ShippyError`` `.notFound` if there is no such key.
    package func revoked(_ id: String, of keys: [StoredSigningKey], at now: Timestamp) throws(ShippyError) -> [StoredSigningKey] {
        guard let key = keys.first(where: { $0.id == id }) else {
            throw ShippyError(.notFound, "no signing key \(id.quoted(limit: 60)): see `shippy key list`")
        }
        let signer = keys.signer(at: now)
        let pending = keys.pending(at: now)
        var rest = keys.filter { $0.id != key.id }
        if signer?.id == id {
            if pending == nil, rest.standby == nil { rest.append(try newKey(at: now)) }
            rest = rest.begin((pending ?? rest.standby!).id, at: now)
        } else if pending?.id == id, let place = rest.firstIndex(where: { $0.id == signer?.id }) {
            rest[place].retiresAt = nil
        }
        return try completed(rest, at: now)
    }

    /// Without those that have retired.
    package func swept(_ keys: [StoredSigningKey], at now: Timestamp) -> [StoredSigningKey] {
        keys.filter { !$0.isRetired(at: now) }
    }

    /// Whether the key that signs has done so for `interval`, and no other one is about to.
    package static func isDue(_ keys: [StoredSigningKey], every interval: Duration, at now: Timestamp) -> Bool {
        guard let began = keys.signer(at: now)?.signsFrom, keys.pending(at: now) == nil else { return false }
        return began + interval <= now
    }

    /// Adds what is missing: a key that signs, one that stands by.
    private func completed(_ keys: [StoredSigningKey], at now: Timestamp) throws(ShippyError) -> [StoredSigningKey] {
        var keys = keys
        if keys.signer(at: now) == nil {
            if keys.standby == nil { keys.append(try newKey(at: now)) }
            keys = keys.begin(keys.standby!.id, at: now)
        }
        if keys.standby == nil { keys.append(try newKey(at: now)) }
        return keys
    }

    private func newKey(at now: Timestamp) throws(ShippyError) -> StoredSigningKey {
        var key = P256.Signing.PrivateKey()
        // An ID that can be typed: one that begins like an option cannot.
        while JSONWebKey(key.publicKey).id.hasPrefix("-") { key = P256.Signing.PrivateKey() }
        let id = JSONWebKey(key.publicKey).id
        return StoredSigningKey(
            id: id, publicKey: [UInt8](key.publicKey.x963Representation), sealedPrivateKey: try SealedKey.seal(key, id: id, under: secret),
            createdAt: now, signsFrom: nil, retiresAt: nil)
    }
}

extension Array<StoredSigningKey> {
    /// The one that has been published for longest, if there are several.
    fileprivate var standby: StoredSigningKey? {
        filter { $0.signsFrom == nil }.min { $0.createdAt < $1.createdAt }
    }

    /// The key `id` begins to sign at `time`.
    fileprivate func begin(_ id: String, at time: Timestamp) -> [StoredSigningKey] {
        map { key in
            var key = key
            if key.id == id { key.signsFrom = time }
            return key
        }
    }
}
