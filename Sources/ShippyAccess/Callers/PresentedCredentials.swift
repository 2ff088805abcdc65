package import ShippyCore

/// What a client shows of itself with a call.
package struct PresentedCredentials: Hashable, Sendable {
    /// The token, without a scheme; nil if there was none.
    package var token: String?
    /// Verified; nil if the client has none.
    package var certificate: PeerCertificate?
    /// The client's IP address.
    package var address: String
    /// How the call came; nil if it does not matter.
    package var way: CallWay?

    package init(token: String?, certificate: PeerCertificate? = nil, address: String, way: CallWay? = nil) {
        self.way = way
        self.token = token
        self.certificate = certificate
        self.address = address
    }
}
