/// A token for a program, as it is stored: without the token itself.
package struct APIToken: Hashable, Sendable {
    /// A lower-case UUID of version 7.
    package var id: String
    package var name: String
    package var role: AccessRole
    /// The SHA-256 of the token's secret part. The secret is random, so that it needs no salt.
    package var hash: [UInt8]
    /// The actor who created it, as in ``AuditEntry/actor``.
    package var createdBy: String
    package var createdAt: Timestamp
    /// nil for a token that does not expire.
    package var expiresAt: Timestamp?
    /// To the minute; nil if it was never used.
    package var lastUsedAt: Timestamp?

    package init(
        id: String, name: String, role: AccessRole, hash: [UInt8], createdBy: String, createdAt: Timestamp, expiresAt: Timestamp?,
        lastUsedAt: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.hash = hash
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.lastUsedAt = lastUsedAt
    }
}
