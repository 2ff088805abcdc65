import Crypto
import Foundation
import NIOSSL
package import ShippyCore
import SwiftASN1
import X509

/// What a certificate says, for people.
package struct CertificateFacts: Hashable, Sendable {
    /// In the form of RFC 4514: `CN=alpha.example.com`.
    package let subject: String
    package let issuer: String
    /// Nil if the subject has none or several.
    package let commonName: String?
    /// The subject's alternative names. DNS names are in lower case.
    package let names: [String]
    /// Hexadecimal.
    package let serial: String
    package let notBefore: Timestamp
    package let notAfter: Timestamp
    /// Whether it may sign others.
    package let isAuthority: Bool
    /// SHA-256 of the certificate, hexadecimal.
    package let fingerprint: String

    init(_ certificate: Certificate, der: [UInt8]) {
        subject = Self.text(certificate.subject)
        issuer = Self.text(certificate.issuer)
        let commonNames = certificate.subject.flatMap { $0 }.filter { $0.type == .RDNAttributeType.commonName }.map { String($0.value) }
        commonName = commonNames.count == 1 ? commonNames[0] : nil
        names = ((try? certificate.extensions.subjectAlternativeNames) ?? nil)?.compactMap(Self.text) ?? []
        serial = Self.hexadecimal(certificate.serialNumber.bytes)
        notBefore = Timestamp(certificate.notValidBefore)
        notAfter = Timestamp(certificate.notValidAfter)
        isAuthority = if case .isCertificateAuthority = (try? certificate.extensions.basicConstraints) ?? nil { true } else { false }
        fingerprint = Self.hexadecimal(SHA256.hash(data: der))
    }

    /// - Returns: nil if it cannot be parsed.
    init?(_ certificate: NIOSSLCertificate) {
        guard let der = try? certificate.toDERBytes(), let parsed = try? Certificate(derEncoded: der) else { return nil }
        self.init(parsed, der: der)
    }

    /// The facts of all certificates in a PEM file.
    /// - Throws: ``ShippyError`` `.usage` that names the file.
    package static func read(_ path: String) throws -> [CertificateFacts] {
        try PEMFile.certificates(path).map { certificate in
            guard let facts = CertificateFacts(certificate) else {
                throw ShippyError(.usage, "\(path.visiblyEscaped(limit: 200)) has a certificate that cannot be parsed")
            }
            return facts
        }
    }

    /// The subject, or the names of a certificate without one.
    package var title: String { subject.isEmpty ? names.joined(separator: ", ") : subject }

    /// Why it is not valid at this time; nil if it is. The rest of a sentence about it.
    package func fault(at now: Timestamp) -> String? {
        if now > notAfter { return "expired at \(notAfter.inSeconds)" }
        if now < notBefore { return "is not valid before \(notBefore.inSeconds)" }
        return nil
    }

    /// Most significant last, as RFC 4514 has it.
    private static func text(_ name: DistinguishedName) -> String {
        name.reversed().map { String(describing: $0) }.joined(separator: ",").visiblyEscaped(limit: 300)
    }

    private static func text(_ name: GeneralName) -> String? {
        switch name {
        case .dnsName(let name): name.lowercased()
        case .rfc822Name(let name), .uniformResourceIdentifier(let name): name
        case .ipAddress(let address): IPAddress(bytes: Array(address.bytes))?.description
        default: nil
        }
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension Timestamp {
    /// `2026-01-02T03:04:05Z`: certificates know only whole seconds.
    package var inSeconds: String { "\(description.prefix(19))Z" }
}
