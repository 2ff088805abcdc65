import ShippyCore
import ShippyTLS

/// A certificate in a file, for `cert new` and `cert show`.
struct ShownCertificate: JSONWritable {
    let file: String
    let facts: CertificateFacts

    /// - Throws: ``ShippyError`` that names the file.
    static func read(_ file: String) throws -> [ShownCertificate] {
        try CertificateFacts.read(file).map { ShownCertificate(file: file, facts: $0) }
    }

    func write(to json: inout JSONWriter) {
        json.object {
            $0.field("file", file)
            $0.field("subject", facts.subject)
            $0.key("names")
            $0.array { json in facts.names.forEach { json.string($0) } }
            $0.field("issuer", facts.issuer)
            $0.field("serial", facts.serial)
            $0.field("not_before", facts.notBefore)
            $0.field("not_after", facts.notAfter)
            $0.field("authority", facts.isAuthority)
            $0.field("sha256", facts.fingerprint)
        }
    }

    /// `2027-12-31T23:59:59Z (396 days left)`
    func endText(now: Timestamp = .now) -> String {
        let days = Int((facts.notAfter - now).seconds / 86_400)
        let note = facts.fault(at: now) ?? "\(days) \(days == 1 ? "day" : "days") left"
        return facts.notAfter < now ? "\(facts.notAfter.inSeconds) (expired)" : "\(facts.notAfter.inSeconds) (\(note))"
    }
}

extension Rendering {
    func certificates(_ certificates: [ShownCertificate]) async throws {
        try await list(certificates) { table in
            table.header("FILE", "SUBJECT", "NAMES", "ISSUER", "ENDS")
            for certificate in certificates {
                let facts = certificate.facts
                table.row(
                    certificate.file, facts.subject.isEmpty ? "-" : facts.subject, facts.names.isEmpty ? "-" : facts.names.joined(separator: " "),
                    facts.issuer, certificate.endText())
            }
        }
    }
}
