/// The certificate of a caller, verified when the connection was made.
package struct PeerCertificate: Hashable, Sendable {
    /// The distinguished name in the form of RFC 4514, such as `CN=billing,O=Example`. For people and logs: to decide anything,
    /// use the names.
    package let subject: String
    /// Nil if the subject has none, or several: then it names nobody for certain.
    package let commonName: String?
    /// The subject's alternative names: DNS names in lower case, addresses, e-mail addresses and URIs.
    package let names: [String]
    /// A connection may outlive its certificate.
    package let notAfter: Timestamp

    package init(subject: String, commonName: String?, names: [String], notAfter: Timestamp) {
        self.subject = subject
        self.commonName = commonName
        self.names = names
        self.notAfter = notAfter
    }
}
