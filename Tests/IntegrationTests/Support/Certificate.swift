import ShippyCore
import TestSupport

/// A self-signed certificate, made by openssl.
struct Certificate: Sendable {
    let path: String
    let key: String

    var arguments: [String] { ["--certificate", path, "--key", key] }

    /// - Parameter days: how long it is valid from now on; a negative number makes one that has expired.
    static func make(name: String, days: Int = 2, in directory: TemporaryDirectory) async throws -> Certificate {
        let stem = UUIDv7.next()
        let certificate = Certificate(path: directory("\(stem).pem"), key: directory("\(stem).key"))
        // `req -x509` refuses to make an expired one, so it is signed in a second step.
        let outcome = try await ShippyBinary.shell(
            """
            set -e
            openssl req -newkey rsa:2048 -nodes -subj /CN=\(name) -addext subjectAltName=DNS:\(name) -keyout \(certificate.key) -out \(directory(stem)).csr
            openssl x509 -req -in \(directory(stem)).csr -signkey \(certificate.key) -days \(days) -copy_extensions copy -out \(certificate.path)
            """, home: directory.path)
        guard outcome.status == 0 else { throw NeverHappened(description: "openssl: \(outcome.errors)") }
        return certificate
    }
}
