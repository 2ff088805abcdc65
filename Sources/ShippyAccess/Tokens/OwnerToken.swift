import Crypto
package import ShippyCore

/// What a command on its own machine makes from the installation's secret, to prove that it can read it: `sho_` and base64url of the
/// time when it expires (milliseconds, 8 bytes), a random number (16 bytes), and their HMAC-SHA256. It is an admin's, and needs
/// no store: the first administrator is made with it.
package enum OwnerToken {
    package static let prefix = "sho_"
    package static let lifetime = Duration.seconds(5 * 60)
    private static let contentSize = 24
    private static let macSize = 32

    package static func make(_ secret: AccessSecret, at now: Timestamp) -> String {
        var random = SystemRandomNumberGenerator()
        let content = [(now + lifetime).milliseconds, Int64(bitPattern: random.next()), Int64(bitPattern: random.next())].flatMap { word in
            withUnsafeBytes(of: word.bigEndian) { Array($0) }
        }
        return prefix + Base64URL.text(content + Array(HMAC<SHA256>.authenticationCode(for: content, using: secret.ownerTokenKey)))
    }

    /// - Returns: the caller: the owner, with the role admin.
    /// - Throws: ``TokenRefusal`` `.form`, `.signature`, `.expired`, or `.lifetime` if it is valid for too long.
    package static func verify(_ text: String, _ secret: AccessSecret, address: String, at now: Timestamp) throws(TokenRefusal) -> Caller {
        guard text.utf8.count < 120, text.utf8.starts(with: prefix.utf8), let bytes = Base64URL.bytes(text.utf8.dropFirst(prefix.utf8.count)),
            bytes.count == contentSize + macSize
        else { throw .form }
        guard HMAC<SHA256>.isValidAuthenticationCode(bytes[contentSize...], authenticating: bytes[..<contentSize], using: secret.ownerTokenKey)
        else { throw .signature }
        let expiresAt = Timestamp(milliseconds: Int64(bitPattern: bytes[..<8].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }))
        guard now < expiresAt else { throw .expired }
        guard expiresAt <= now + lifetime + AccessToken.clockLeeway else { throw .lifetime }
        return Caller(.owner, role: .admin, address: address)
    }
}
