package import ShippyCore

/// The etcd servers, and how to log in.
package struct EtcdOptions: Hashable, Sendable {
    /// Members of one cluster. If one does not answer, the next is called.
    package var endpoints: [HostPort]
    package var user: String?
    package var password: String?
    package var isEncrypted: Bool
    /// A PEM file of CA certificates; nil for the system's.
    package var caFile: String?
    /// A client certificate and its key, in PEM.
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
