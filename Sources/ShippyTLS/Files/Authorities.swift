import NIOSSL
import ShippyCore

/// The certificates of trusted authorities.
struct Authorities {
    let certificates: [NIOSSLCertificate]
    /// When the first of those that are valid now ends.
    let notAfter: Timestamp

    /// - Throws: ``ShippyError`` `.usage` that names the file, also if none of its certificates is valid now.
    init(_ path: String, now: Timestamp = .now) throws {
        certificates = try PEMFile.certificates(path)
        let facts = certificates.compactMap(CertificateFacts.init)
        let ends = facts.filter { $0.fault(at: now) == nil }.map(\.notAfter)
        guard let first = ends.min() else {
            let fault = facts.first.flatMap { facts in facts.fault(at: now).map { "the certificate of \(facts.title) \($0)" } }
            throw ShippyError(.usage, "\(path.visiblyEscaped(limit: 200)) has no certificate that is valid now: \(fault ?? "none can be parsed")")
        }
        notAfter = first
    }
}
