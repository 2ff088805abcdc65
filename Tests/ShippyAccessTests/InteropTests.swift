import Crypto
import Foundation
import ShippyCore
import TestSupport
import Testing

@testable import ShippyAccess

struct InteropTests {
    private static let openssl = ["/usr/bin/openssl", "/bin/openssl", "/usr/local/bin/openssl"].first(where: FileManager.default.isExecutableFile)

    @Test(.enabled(if: openssl != nil)) func opensslVerifiesATokenAndRefusesOneOfAnotherKey() throws {
        let fixture = try Fixture()
        let directory = try TemporaryDirectory()
        let parts = try fixture.issue().text.split(separator: ".").map(String.init)
        let signature = try #require(Base64URL.bytes(parts[2].utf8))
        try Data("\(parts[0]).\(parts[1])".utf8).write(to: URL(filePath: directory("signed")))
        try P256.Signing.ECDSASignature(rawRepresentation: signature).derRepresentation.write(to: URL(filePath: directory("signature")))
        // From the document that other programs read.
        let document = try #require(try JSONSerialization.jsonObject(with: Data(fixture.keys.jwks)) as? [String: [[String: String]]])
        let jwk = try #require(document["keys"]?.first { $0["kid"] == fixture.keyID })
        let point = try Self.point(jwk)
        for (key, status) in [(try P256.Signing.PublicKey(rawRepresentation: point), 0), (P256.Signing.PrivateKey().publicKey, 1)] {
            try Data(key.pemRepresentation.utf8).write(to: URL(filePath: directory("key.pem")))
            let process = Process()
            process.executableURL = URL(filePath: try #require(Self.openssl))
            process.arguments = ["dgst", "-sha256", "-verify", directory("key.pem"), "-signature", directory("signature"), directory("signed")]
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == status)
        }
    }

    /// RFC 7515, A.3. Its signature has the other form, so only the primitive accepts it.
    @Test func theExampleOfRFC7515IsValid() throws {
        let x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
        let y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
        let key = try P256.Signing.PublicKey(rawRepresentation: try Self.point(["x": x, "y": y]))
        let claims = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        let signed = Array("eyJhbGciOiJFUzI1NiJ9.\(claims)".utf8)
        let text = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
        let signature = try #require(Base64URL.bytes(text.utf8))
        #expect(ES256.isValid(signature, of: signed, by: key))
        #expect(!ES256.isLow(signature))
        #expect(ES256.isValid(ES256.otherForm(of: signature), of: signed, by: key))
        #expect(!ES256.isValid(signature, of: signed.dropLast(), by: key))
    }

    /// The key of RFC 7515, A.3; the thumbprint by another program.
    @Test func theNameOfAKeyIsItsThumbprint() throws {
        let key = ["x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"]
        let point = try Self.point(key)
        #expect(JSONWebKey(try P256.Signing.PublicKey(rawRepresentation: point)).id == "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U")
    }

    private static func point(_ key: [String: String]) throws -> [UInt8] {
        try ["x", "y"].flatMap { name in
            let text = try #require(key[name])
            return try #require(Base64URL.bytes(text.utf8))
        }
    }
}
