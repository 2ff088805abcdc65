import ShippyConfiguration
import ShippyCore
import ShippyDiscovery

extension Discovery {
    /// A service at an address that was given, instead of in the registry. It is called over TLS if the command has a certificate or an
    /// authority: nothing else tells.
    convenience init(of role: Role, at address: HostPort, _ configuration: Configuration) {
        let isEncrypted = configuration.tlsAuthority != nil || configuration.tlsCertificate != nil
        let instance = Instance(
            service: role.rawValue, id: address.description, address: address.description, protocol: "grpc", version: "",
            metadata: isEncrypted ? [Instance.tlsMark: "server"] : [:], ttl: 0)
        self.init([instance], service: role.rawValue)
    }
}
