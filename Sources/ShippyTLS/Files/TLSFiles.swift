package import ShippyCore

/// The PEM files and limits of this process's TLS connections.
package struct TLSFiles: Hashable, Sendable {
    /// A certificate with any intermediate ones, and its private key.
    package struct KeyPair: Hashable, Sendable {
        package var certificate: String
        package var key: String

        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// What listeners and clients present; nil for nothing.
    package var keyPair: KeyPair?
    /// The authorities of clients, which then need a certificate; nil if they need none.
    package var clientAuthority: String?
    /// The authorities of services; nil for the system's.
    package var authority: String?
    package var leastVersion: LeastTLSVersion

    package init(keyPair: KeyPair? = nil, clientAuthority: String? = nil, authority: String? = nil, leastVersion: LeastTLSVersion = .v13) {
        self.keyPair = keyPair
        self.clientAuthority = clientAuthority
        self.authority = authority
        self.leastVersion = leastVersion
    }
}
