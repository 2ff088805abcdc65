import ShippyConfiguration
import ShippyCore
import ShippyTLS

/// The certificates that are configured, and when they end.
struct CertificateChecks: Sendable {
    private static let soon = Duration.seconds(14 * 86_400)

    private let configuration: Configuration
    private let now: Timestamp

    init(_ configuration: Configuration, now: Timestamp = .now) {
        self.configuration = configuration
        self.now = now
    }

    /// Nothing without TLS.
    func findings() async -> [Finding] {
        let files = [configuration.tlsCertificate, configuration.tlsAuthority, configuration.tlsClientAuthority].compactMap { $0 }
        guard !files.isEmpty else { return [] }
        var findings: [Finding] = []
        for file in Set(files).sorted() {
            do {
                let facts = try await BlockingQueue("certificates").run { try CertificateFacts.read(file) }
                findings += facts.compactMap { finding($0, in: file) }
            } catch {
                findings.append(
                    .fault(.certificates, ShippyError.reason(of: error), advice: "name the right file, or make one with `shippy cert new`"))
            }
        }
        return findings.isEmpty ? [.ok(.certificates, "all are valid for \(Int(Self.soon.seconds / 86_400)) days and more")] : findings
    }

    private func finding(_ facts: CertificateFacts, in file: String) -> Finding? {
        if let fault = facts.fault(at: now) {
            return .fault(.certificates, "\(facts.title) in \(file) \(fault)", advice: "renew it; services take up the new file by themselves")
        }
        guard facts.notAfter - now < Self.soon else { return nil }
        let days = Int((facts.notAfter - now).seconds / 86_400)
        return .warning(
            .certificates, "\(facts.title) in \(file) ends in \(days) \(days == 1 ? "day" : "days")",
            advice: "renew it; services take up the new file by themselves")
    }
}
