package import ShippyCore

/// A user event of a server's connection, once it is encrypted and before its first bytes.
package struct TLSEstablished: Sendable {
    /// The client's certificate; nil if clients need none.
    package let peer: PeerCertificate?
}
