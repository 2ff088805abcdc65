package import ShippyCore

/// When the certificates in a file end.
package struct CertificateEnd: Hashable, Sendable {
    private static let notice = Duration.seconds(14 * 86_400)

    /// The name of the setting: `tls-cert`.
    package let setting: String
    package let file: String
    /// Of several certificates, when the first ends.
    package let notAfter: Timestamp
    /// From then on, the end is soon: two weeks before it, or when a fifth of its time is left.
    let soon: Timestamp

    /// - Parameter notBefore: nil for a certificate whose whole time is not known.
    init(setting: String, file: String, notBefore: Timestamp? = nil, notAfter: Timestamp) {
        self.setting = setting
        self.file = file
        self.notAfter = notAfter
        soon = notAfter - min(Self.notice, notBefore.map { (notAfter - $0) / 5 } ?? Self.notice)
    }
}
