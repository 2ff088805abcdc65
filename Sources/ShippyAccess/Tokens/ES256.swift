import Crypto
import Foundation

/// ECDSA on P-256 with SHA-256, in the form of RFC 7518, 3.4: r and s, 32 bytes each.
///
/// Of each signature (r, s) there is a second one, (r, n − s), that anyone can compute. Only the one with the lower s is made and
/// accepted here (as in SEC 1, 4.1.3, and BIP 62), so that nobody can make a second text of a token.
enum ES256 {
    static let signatureSize = 64

    /// n, the order of the group (SEC 2, 2.4.2).
    private static let order: [UInt8] = [
        0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ]
    /// (n − 1) / 2
    private static let half: [UInt8] = [
        0x7f, 0xff, 0xff, 0xff, 0x80, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xde, 0x73, 0x7d, 0x56, 0xd3, 0x8b, 0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8,
    ]

    static func signature(of bytes: [UInt8], by key: P256.Signing.PrivateKey) throws -> [UInt8] {
        let signature = [UInt8](try key.signature(for: SHA256.hash(data: bytes)).rawRepresentation)
        return isLow(signature) ? signature : otherForm(of: signature)
    }

    /// Accepts both forms.
    static func isValid(_ signature: [UInt8], of bytes: some DataProtocol, by key: P256.Signing.PublicKey) -> Bool {
        guard signature.count == signatureSize, let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else {
            return false
        }
        return key.isValidSignature(signature, for: SHA256.hash(data: bytes))
    }

    /// - Parameter signature: 64 bytes.
    static func isLow(_ signature: [UInt8]) -> Bool {
        !half.lexicographicallyPrecedes(signature[32...])
    }

    /// (r, n − s) of a signature whose s is less than n.
    static func otherForm(of signature: [UInt8]) -> [UInt8] {
        var result = signature
        var borrow = 0
        for position in stride(from: 31, through: 0, by: -1) {
            let difference = Int(order[position]) - Int(signature[32 + position]) - borrow
            result[32 + position] = UInt8(truncatingIfNeeded: difference)
            borrow = difference < 0 ? 1 : 0
        }
        return result
    }
}
