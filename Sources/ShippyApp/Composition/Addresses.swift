import Foundation
import ShippyAccess
import ShippyConfiguration
import ShippyCore
import ShippyHTTPServer

/// The listen addresses of a serving process.
struct Addresses: Sendable {
    private let addresses: [Endpoint: HostPort]
    /// Which hosts HTTP clients may use for this process.
    let httpRules: BrowserRules

    /// Whether other machines can reach one of them.
    var isOpenToOthers: Bool { addresses.values.contains { !$0.isLoopback } }

    /// The number of endpoints.
    var count: Int { addresses.count }

    /// - Precondition: the process has this endpoint.
    subscript(_ endpoint: Endpoint) -> HostPort { addresses[endpoint]! }

    /// - Throws: ``ShippyError`` `.usage` for an address that other machines can reach without encryption, or without a token or
    ///   certificate, unless that is allowed; and for a duplicate.
    init(_ configuration: Configuration, roles: Set<Role>) throws {
        var addresses: [Endpoint: HostPort] = [:]
        for endpoint in Endpoint.all(of: roles) {
            let address = endpoint.address(in: configuration)
            if !address.isLoopback, !configuration.allowInsecure {
                guard configuration.tlsCertificate != nil else {
                    throw configuration.fault(endpoint.setting) {
                        "\($0) \(address) would be open to other machines without encryption: use 127.0.0.1, set --tls-cert and --tls-key, or add --allow-insecure on a trusted network"
                    }
                }
                guard configuration.access != .local else {
                    throw configuration.fault(Settings.access) {
                        "\($0) local would let other machines in without a token, because \(endpoint.setting.row.flag) is \(address): leave it out, or add --allow-insecure on a trusted network"
                    }
                }
            }
            // Port 0 is never a duplicate.
            if address.port != 0, let other = Endpoint.allCases.first(where: { addresses[$0]?.clashes(with: address) == true }) {
                throw configuration.fault(endpoint.setting) {
                    "\($0) \(address) is also the address of \(other.setting.row.flag): give each its own port"
                }
            }
            addresses[endpoint] = address
        }
        self.addresses = addresses
        let own =
            [Endpoint.usersHTTP, .ops].compactMap { addresses[$0]?.host }
            + [configuration.advertise, configuration.publicURL?.host].compactMap { $0 }
        httpRules = try BrowserRules(ownHosts: own, allowedHosts: configuration.allowedHosts)
    }
}

extension HostPort {
    /// Whether no process can listen on both.
    fileprivate func clashes(with other: HostPort) -> Bool {
        func name(_ host: String) -> String { host == "localhost" ? "127.0.0.1" : host }
        let hosts = [name(host), name(other.host)]
        return port == other.port && (hosts[0] == hosts[1] || hosts.contains { $0 == "0.0.0.0" || $0 == "::" })
    }
}
