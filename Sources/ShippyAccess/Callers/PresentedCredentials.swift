package import ShippyCore

/// What a client shows of itself with a call.
package struct PresentedCredentials: Hashable, Sendable {
    /// The token, without a scheme; nil if there was none.
    package var token: String?
    /// Verified; nil if the client has none.
    package var certificate: PeerCertificate?
    /// The client's IP address.
    package var address: String

    package init(token: String?, certificate: PeerCertificate? = nil, address: String) {
        self.token = token
        self.certificate = certificate
        self.address = address
    }
}
