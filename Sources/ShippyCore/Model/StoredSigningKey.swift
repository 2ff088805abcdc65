/// A key that signs access tokens, as it is stored: its private half is encrypted under a secret that is not in the store.
package struct StoredSigningKey: Hashable, Sendable {
    /// The `kid` of its tokens.
    package var id: String
    /// The public key: X9.63, uncompressed, 65 bytes.
    package var publicKey: [UInt8]
    package var sealedPrivateKey: [UInt8]
    package var createdAt: Timestamp
    /// When it begins to sign; nil while it stands by.
    package var signsFrom: Timestamp?
    /// When the last token that it may have signed has run out; nil until another key has begun to sign.
    package var retiresAt: Timestamp?

    package init(
        id: String, publicKey: [UInt8], sealedPrivateKey: [UInt8], createdAt: Timestamp, signsFrom: Timestamp?, retiresAt: Timestamp?
    ) {
        self.id = id
        self.publicKey = publicKey
        self.sealedPrivateKey = sealedPrivateKey
        self.createdAt = createdAt
        self.signsFrom = signsFrom
        self.retiresAt = retiresAt
    }
}

/// All signing keys of an installation.
package struct StoredSigningKeys: Hashable, Sendable {
    /// Grows with every change. 0 before the first.
    package var revision: Int64
    package var keys: [StoredSigningKey]

    package init(revision: Int64, keys: [StoredSigningKey]) {
        self.revision = revision
        self.keys = keys
    }
}
