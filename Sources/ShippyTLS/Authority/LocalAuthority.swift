import Crypto
import Foundation
package import ShippyCore
import SwiftASN1
import X509

/// A small authority in a directory, which signs the certificates of a few machines: `ca.pem`, and its key in `ca-key.pem`.
package struct LocalAuthority: Sendable {
    package static let certificateName = "ca.pem"
    package static let keyName = "ca-key.pem"

    private static let days = 3650
    /// Browsers and operating systems accept no longer ones.
    package static let leafDays = 397
    /// For clocks that are behind.
    private static let leeway: TimeInterval = 3600

    private let certificate: Certificate
    private let key: Certificate.PrivateKey
    private let directory: String

    /// Opens the authority in a directory, or makes one.
    ///
    /// - Returns: the authority, and whether it is new.
    /// - Throws: ``ShippyError`` that names the file: `.conflict` if one of the two files is missing or they do not belong together,
    ///   `.denied` for a key that others can read, `.usage` for a file that cannot be parsed or is no authority.
    package static func open(in directory: String, now: Timestamp = .now) throws -> (authority: LocalAuthority, isNew: Bool) {
        let (certificatePath, keyPath) = ("\(directory)/\(certificateName)", "\(directory)/\(keyName)")
        let isThere = [certificatePath, keyPath].map { FileManager.default.fileExists(atPath: $0) }
        guard isThere != [false, false] else { return (try make(in: directory, now: now), true) }
        guard isThere == [true, true] else {
            let (found, missing) = isThere[0] ? (certificatePath, keyPath) : (keyPath, certificatePath)
            throw ShippyError(.conflict, "\(found) is there, but not \(missing): put it back, or use another directory for a new authority")
        }
        try PrivateFile.checkKey(keyPath)
        let key = try parse(keyPath) { try Certificate.PrivateKey(pemEncoded: $0) }
        let certificate = try parse(certificatePath) { try Certificate(pemEncoded: $0) }
        guard certificate.publicKey == key.publicKey else {
            throw ShippyError(.conflict, "\(keyPath) is not the key of \(certificatePath): use another directory for a new authority")
        }
        guard case .isCertificateAuthority? = (try? certificate.extensions.basicConstraints) ?? nil else {
            throw ShippyError(.usage, "\(certificatePath) is not the certificate of an authority: use another directory for a new one")
        }
        guard Timestamp(certificate.notValidAfter) > now else {
            throw ShippyError(
                .usage,
                "the authority in \(certificatePath) expired at \(Timestamp(certificate.notValidAfter).inSeconds): use another directory for a new one"
            )
        }
        return (LocalAuthority(certificate: certificate, key: key, directory: directory), false)
    }

    private static func parse<Value>(_ path: String, _ read: (String) throws -> Value) throws -> Value {
        guard let value = try? read(String(decoding: PEMFile.read(path), as: UTF8.self)) else {
            throw ShippyError(.usage, "cannot parse \(path): restore it, or use another directory for a new authority")
        }
        return value
    }

    private static func make(in directory: String, now: Timestamp) throws -> LocalAuthority {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        // Its own name: a verifier that knows two authorities of the same name may try the wrong key.
        let name = try DistinguishedName { CommonName("shippy authority \(String(UInt32.random(in: .min ... .max), radix: 16))") }
        let start = wholeSeconds(now.date - leeway)
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey, notValidBefore: start,
            notValidAfter: start + TimeInterval(days) * 86_400 - 1, issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                SubjectKeyIdentifier(hash: key.publicKey)
            },
            issuerPrivateKey: key)
        try PEMWriter.write(try key.serializeAsPEM().pemString, to: "\(directory)/\(keyName)", mode: 0o600, replacing: false)
        try PEMWriter.write(try certificate.serializeAsPEM().pemString, to: "\(directory)/\(certificateName)", mode: 0o644, replacing: false)
        return LocalAuthority(certificate: certificate, key: key, directory: directory)
    }

    // MARK: Certificates of hosts

    package static func certificateName(of host: CertificateHost) -> String { "\(host.name).pem" }
    package static func keyName(of host: CertificateHost) -> String { "\(host.name)-key.pem" }

    /// Makes a host's key and certificate, for a server and a client.
    ///
    /// - Parameters:
    ///   - days: how long it is valid, at most ``leafDays`` and not longer than the authority.
    ///   - replacing: whether to replace files that are there. Each is replaced at once, the key first.
    /// - Throws: ``ShippyError`` `.conflict` if one of the files is there.
    package func issue(for host: CertificateHost, days: Int, replacing: Bool, now: Timestamp = .now) throws {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let start = max(Self.wholeSeconds(now.date - Self.leeway), certificate.notValidBefore)
        let end = min(start + TimeInterval(days) * 86_400 - 1, certificate.notValidAfter)
        let names = host.names.map { name -> GeneralName in
            IPAddress(name).map { .ipAddress(ASN1OctetString(contentBytes: $0.bytes[...])) } ?? .dnsName(name)
        }
        // A common name has at most 64 characters (RFC 5280, A.1). It is only for people: clients look at the names.
        let subject = try host.name.utf8.count <= 64 ? DistinguishedName { CommonName(host.name) } : DistinguishedName()
        var extensions = try Certificate.Extensions {
            Critical(BasicConstraints.notCertificateAuthority)
            Critical(KeyUsage(digitalSignature: true))
            try ExtendedKeyUsage([.serverAuth, .clientAuth])
            SubjectKeyIdentifier(hash: key.publicKey)
        }
        if let identifier = (try? certificate.extensions.subjectKeyIdentifier) ?? nil {
            try extensions.append(Certificate.Extension(AuthorityKeyIdentifier(keyIdentifier: identifier.keyIdentifier), critical: false))
        }
        // Critical without a subject (RFC 5280, 4.2.1.6).
        try extensions.append(Certificate.Extension(SubjectAlternativeNames(names), critical: subject.isEmpty))
        let leaf = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey, notValidBefore: start, notValidAfter: end,
            issuer: certificate.subject, subject: subject, signatureAlgorithm: self.key.signatureAlgorithm, extensions: extensions,
            issuerPrivateKey: self.key)
        try PEMWriter.write(
            try key.serializeAsPEM().pemString, to: "\(directory)/\(Self.keyName(of: host))", mode: 0o600, replacing: replacing)
        try PEMWriter.write(
            try leaf.serializeAsPEM().pemString, to: "\(directory)/\(Self.certificateName(of: host))", mode: 0o644, replacing: replacing)
    }

    private static func wholeSeconds(_ date: Date) -> Date {
        Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down))
    }
}

extension Certificate.PrivateKey {
    /// The authority may have been made with another program, and have a key of another kind.
    fileprivate var signatureAlgorithm: Certificate.SignatureAlgorithm {
        let known = supportedSignatureAlgorithms
        return [.ecdsaWithSHA256, .sha256WithRSAEncryption].first(where: known.contains) ?? known.first ?? .ecdsaWithSHA256
    }
}
