package import ShippyCore
package import ShippyTLS

/// An authority in a directory of its own, and certificates from it.
package final class TestAuthority: Sendable {
    /// The authority is this many days old, so that its certificates can have expired.
    private static let age = Duration.seconds(900 * 86_400)

    package let directory: TemporaryDirectory
    private let authority: LocalAuthority

    package init() throws {
        directory = try TemporaryDirectory()
        authority = try LocalAuthority.open(in: directory.path, now: .now - Self.age).authority
    }

    package var certificate: String { directory("ca.pem") }

    /// Makes a certificate, in place of an earlier one for the same name.
    ///
    /// - Parameter start: the time at which it is made; an hour before that, it becomes valid.
    @discardableResult
    package func issue(_ names: String, days: Int = 30, at start: Timestamp = .now) throws -> TLSFiles.KeyPair {
        let host = try CertificateHost(names)
        try authority.issue(for: host, days: days, replacing: true, now: start)
        return TLSFiles.KeyPair(
            certificate: directory(LocalAuthority.certificateName(of: host)), key: directory(LocalAuthority.keyName(of: host)))
    }

    package func issueExpired(_ names: String) throws -> TLSFiles.KeyPair {
        try issue(names, days: 10, at: .now - .seconds(20 * 86_400))
    }

    package func issueForTomorrow(_ names: String) throws -> TLSFiles.KeyPair {
        try issue(names, days: 10, at: .now + .seconds(86_400))
    }
}
