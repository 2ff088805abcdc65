import Crypto
import Foundation
import ShippyCore

/// A public key as a JSON Web Key (RFC 7517), and its name.
struct JSONWebKey {
    /// RFC 7638: the SHA-256 of the key's required members. So a name belongs to one key.
    let id: String
    private let x: String
    private let y: String

    init(_ key: P256.Signing.PublicKey) {
        let point = [UInt8](key.rawRepresentation)
        (x, y) = (Base64URL.text(point[..<32]), Base64URL.text(point[32...]))
        var json = JSONWriter()
        // In lexicographic order, without blanks.
        json.object { [x, y] in
            $0.field("crv", "P-256")
            $0.field("kty", "EC")
            $0.field("x", x)
            $0.field("y", y)
        }
        id = Base64URL.text(SHA256.hash(data: json.bytes).map { $0 })
    }

    func write(to json: inout JSONWriter) {
        json.object {
            $0.field("kty", "EC")
            $0.field("crv", "P-256")
            $0.field("x", x)
            $0.field("y", y)
            $0.field("use", "sig")
            $0.field("alg", "ES256")
            $0.field("kid", id)
        }
    }
}
