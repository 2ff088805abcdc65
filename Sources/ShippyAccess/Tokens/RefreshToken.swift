import Crypto
package import ShippyCore

/// What a refresh token says: `shr_` and base64url of the session's ID (16 bytes), a counter (8 bytes), and the first 128 bits of their
/// HMAC-SHA256.
///
/// The counter makes each refresh token of a session another one, without a row for each in the store. See ``SessionRefresh``.
package struct RefreshToken: Hashable, Sendable {
    package static let prefix = "shr_"
    private static let macSize = 16
    /// Of ID and counter.
    private static let contentSize = 24

    package let sessionID: String
    package let counter: Int64

    package init(sessionID: String, counter: Int64) {
        self.sessionID = sessionID
        self.counter = counter
    }

    package init(_ session: Session) {
        self.init(sessionID: session.id, counter: session.counter)
    }

    /// The token itself.
    /// - Throws: ``ShippyError`` `.failed` for a session whose ID is not a UUID in lower case.
    package func text(_ secret: AccessSecret) throws(ShippyError) -> String {
        guard let id = UUIDText.bytes(sessionID) else {
            throw ShippyError(.failed, "cannot issue a token: session \(sessionID.quoted(limit: 60)) has an ID of another form")
        }
        let content = id + withUnsafeBytes(of: counter.bigEndian) { Array($0) }
        return Self.prefix + Base64URL.text(content + Self.mac(of: content, secret))
    }

    /// Verifies a token.
    ///
    /// Whether the session goes on, and whether this is its current token, only the store can tell.
    /// - Throws: ``TokenRefusal`` `.form` or `.signature`, in a time that does not depend on how much of it is right.
    package init(verifying text: String, _ secret: AccessSecret) throws(TokenRefusal) {
        guard text.utf8.count < 100, text.utf8.starts(with: Self.prefix.utf8),
            let bytes = Base64URL.bytes(text.utf8.dropFirst(Self.prefix.utf8.count)),
            bytes.count == Self.contentSize + Self.macSize
        else { throw .form }
        let content = Array(bytes[..<Self.contentSize])
        guard ConstantTime.isEqual(bytes[Self.contentSize...], Self.mac(of: content, secret)) else { throw .signature }
        let counter = content[16...].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        self.init(sessionID: UUIDText.text(content[..<16]), counter: Int64(bitPattern: counter))
    }

    private static func mac(of content: [UInt8], _ secret: AccessSecret) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: content, using: secret.refreshTokenKey).prefix(macSize))
    }
}
