import ShippyConfiguration
import ShippyCore
import ShippyTLS

extension TLSFiles {
    init(_ configuration: Configuration) {
        var keyPair: KeyPair?
        if let certificate = configuration.tlsCertificate, let key = configuration.tlsKey { keyPair = KeyPair(certificate: certificate, key: key) }
        self.init(
            keyPair: keyPair, clientAuthority: configuration.tlsClientAuthority, authority: configuration.tlsAuthority,
            leastVersion: configuration.tlsVersion)
    }
}

extension ClientTLS {
    /// Who has set up TLS calls nobody without it, with one exception: instances on a loopback address, if the registry is a file
    /// that only this user can write to. A remote registry may have been made to say anything, even that an instance of another
    /// machine is at a port of this one.
    convenience init(_ configuration: Configuration) {
        let wantsTLS = configuration.tlsAuthority != nil || configuration.tlsCertificate != nil
        self.init(TLSFiles(configuration), plainText: wantsTLS ? (configuration.registry == .embedded ? .onLoopback : .never) : .allowed)
    }
}
