package import ShippyCore

/// Which etcd servers, and how to log in there.
package struct EtcdOptions: Hashable, Sendable {
    /// Members of one cluster: when one does not answer, the next is asked.
    package var endpoints: [HostPort]
    package var user: String?
    package var password: String?
    package var isEncrypted: Bool
    /// A file of CA certificates in PEM; nil for the system's.
    package var caFile: String?
    /// A client's certificate and its key, in PEM.
    package var certificateFile: String?
    package var keyFile: String?

    package init(
        endpoints: [HostPort], user: String? = nil, password: String? = nil, isEncrypted: Bool = false, caFile: String? = nil,
        certificateFile: String? = nil, keyFile: String? = nil
    ) {
        self.endpoints = endpoints
        self.user = user
        self.password = password
        self.isEncrypted = isEncrypted
        self.caFile = caFile
        self.certificateFile = certificateFile
        self.keyFile = keyFile
    }
}
