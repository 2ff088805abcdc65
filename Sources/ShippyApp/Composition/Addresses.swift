import Foundation
import ShippyConfiguration
import ShippyCore
import ShippyHTTPServer

/// The listen addresses of a serving process.
struct Addresses: Sendable {
    private let addresses: [Endpoint: HostPort]
    /// Which hosts HTTP clients may use for this process.
    let httpRules: BrowserRules

    /// The number of endpoints.
    var count: Int { addresses.count }

    /// - Precondition: the process has this endpoint.
    subscript(_ endpoint: Endpoint) -> HostPort { addresses[endpoint]! }

    /// - Throws: ``ShippyError`` `.usage` for an address that other machines can reach, unless that is allowed, and for a duplicate.
    ///
    /// There is no authentication or TLS yet, so by default only this machine may connect.
    init(_ configuration: Configuration, roles: Set<Role>) throws {
        var addresses: [Endpoint: HostPort] = [:]
        for endpoint in Endpoint.all(of: roles) {
            let address = endpoint.address(in: configuration)
            guard address.isLoopback || configuration.allowInsecure else {
                throw configuration.fault(endpoint.setting) {
                    "\($0) \(address) would be open to other machines, without authentication or encryption: use 127.0.0.1, or add --allow-insecure on a trusted network"
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
        let own = [Endpoint.usersHTTP, .ops].compactMap { addresses[$0]?.host } + [configuration.advertise].compactMap { $0 }
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
