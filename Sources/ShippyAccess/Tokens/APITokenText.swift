import Crypto
package import ShippyCore

/// A token for a program: `sht_` and base64url of its ID (16 bytes), a secret (32 random bytes), and 4 bytes of checksum. It is shown
/// once; the store has only the hash of the secret.
///
/// The prefix and the checksum let scanners of source code recognize such a token with certainty, and a mistyped one is refused without
/// asking the store.
package struct APITokenText: Sendable {
    package static let prefix = "sht_"
    private static let idSize = 16
    private static let secretSize = 32
    private static let checksumSize = 4

    /// A UUID: ``APIToken/id``.
    package let id: String
    private let bytes: [UInt8]

    /// A new token.
    package static func make(at now: Timestamp) -> APITokenText {
        let secret = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        let id = UUIDv7.next(at: now)
        return APITokenText(id: id, bytes: UUIDText.bytes(id)! + secret)
    }

    private init(id: String, bytes: [UInt8]) {
        self.id = id
        self.bytes = bytes
    }

    /// - Throws: ``TokenRefusal`` `.form` for anything but a token with the right checksum.
    package init(parsing text: String) throws(TokenRefusal) {
        let size = Self.idSize + Self.secretSize
        guard text.utf8.count < 120, text.utf8.starts(with: Self.prefix.utf8),
            let bytes = Base64URL.bytes(text.utf8.dropFirst(Self.prefix.utf8.count)),
            bytes.count == size + Self.checksumSize, ConstantTime.isEqual(Self.checksum(of: bytes[..<size]), bytes[size...])
        else { throw .form }
        self.init(id: UUIDText.text(bytes[..<Self.idSize]), bytes: Array(bytes[..<size]))
    }

    /// The token itself.
    package var text: String { Self.prefix + Base64URL.text(bytes + Self.checksum(of: bytes[...])) }

    /// ``APIToken/hash``
    package var hash: [UInt8] { Array(SHA256.hash(data: bytes[Self.idSize...])) }

    /// - Parameter stored: what the store has under ``id``.
    /// - Throws: ``TokenRefusal`` `.unknown`, `.signature` for another secret, `.expired`, or what ``RevocationList/check(apiToken:)`` throws.
    package func verify(_ stored: APIToken?, revocations: RevocationList, address: String, at now: Timestamp) throws(TokenRefusal) -> Caller {
        guard let stored, stored.id == id else { throw .unknown }
        guard ConstantTime.isEqual(hash, stored.hash) else { throw .signature }
        guard stored.expiresAt.map({ now < $0 }) ?? true else { throw .expired }
        try revocations.check(apiToken: id)
        return Caller(.token(id: id), role: stored.role, address: address)
    }

    private static func checksum(of bytes: ArraySlice<UInt8>) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: Array(prefix.utf8))
        hash.update(data: bytes)
        return Array(hash.finalize().prefix(checksumSize))
    }
}

extension APITokenText: CustomStringConvertible, CustomReflectable {
    package var description: String { "token \(id)" }
    package var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}
