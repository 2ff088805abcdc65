package import GRPCCore
package import ShippyCore

/// What a connection knows of its client.
package struct CallPeer: ServerContext.TransportSpecific {
    package let certificate: PeerCertificate?
}

extension ServerContext {
    /// The caller's certificate, if the port requires one.
    package var peerCertificate: PeerCertificate? { (transportSpecific as? CallPeer)?.certificate }
}
