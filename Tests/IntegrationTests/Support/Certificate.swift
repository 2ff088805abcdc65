import TestSupport

/// A self-signed certificate, made by openssl.
struct Certificate: Sendable {
    let path: String
    let key: String

    var arguments: [String] { ["--certificate", path, "--key", key] }

    static func make(name: String, in directory: TemporaryDirectory) async throws -> Certificate {
        let certificate = Certificate(path: directory("\(name).pem"), key: directory("\(name).key"))
        let outcome = try await ShippyBinary.shell(
            "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=\(name) -addext subjectAltName=DNS:\(name) -keyout \(certificate.key) -out \(certificate.path)",
            home: directory.path)
        guard outcome.status == 0 else { throw NeverHappened(description: "openssl: \(outcome.errors)") }
        return certificate
    }
}
