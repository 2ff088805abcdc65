import Foundation
import ShippyConfiguration
import ShippyCore
import ShippyHTTPServer

/// The listen addresses of a serving process.
struct Addresses: Sendable {
    let usersHTTP: HostPort
    let usersGRPC: HostPort
    let notificatorGRPC: HostPort
    let ops: HostPort
    /// The number of addresses that its roles need.
    let count: Int
    /// Which hosts HTTP clients may use for this process.
    let httpRules: BrowserRules

    /// - Throws: ``ShippyError`` `.usage` for an address that other machines can reach, unless that is allowed.
    ///
    /// There is no authentication or TLS yet, so by default only this machine may connect.
    init(_ configuration: Configuration, roles: Set<Role>) throws {
        func checked(_ address: HostPort, _ setting: Setting<HostPort>) throws -> HostPort {
            guard address.isLoopback || configuration.allowInsecure else {
                throw configuration.fault(setting) {
                    "\($0) \(address) would be open to other machines, without authentication or encryption: use 127.0.0.1, or add --allow-insecure on a trusted network"
                }
            }
            return address
        }
        usersHTTP = try checked(configuration.usersHTTP, Settings.usersHTTP)
        usersGRPC = try checked(configuration.usersGRPC, Settings.usersGRPC)
        notificatorGRPC = try checked(configuration.notificatorGRPC, Settings.notificatorGRPC)
        ops = try checked(configuration.ops, Settings.ops)
        try Self.requireDifferent(
            [
                (ops, Settings.ops, true), (usersHTTP, Settings.usersHTTP, roles.contains(.users)),
                (usersGRPC, Settings.usersGRPC, roles.contains(.users)),
                (notificatorGRPC, Settings.notificatorGRPC, roles.contains(.notificator)),
            ].filter(\.2).map { ($0.0, $0.1) }, configuration)
        let own = [usersHTTP.host, ops.host] + [configuration.advertise].compactMap { $0 }
        httpRules = try BrowserRules(ownHosts: own, allowedHosts: configuration.allowedHosts)
        count = 1 + (roles.contains(.users) ? 2 : 0) + (roles.contains(.notificator) ? 1 : 0)
    }

    /// - Throws: ``ShippyError`` `.usage` for a duplicate address. Port 0 is never a duplicate.
    private static func requireDifferent(_ addresses: [(HostPort, Setting<HostPort>)], _ configuration: Configuration) throws {
        for (place, (address, setting)) in addresses.enumerated() where address.port != 0 {
            guard let (_, other) = addresses[..<place].first(where: { $0.0.clashes(with: address) }) else { continue }
            throw configuration.fault(setting) { "\($0) \(address) is also the address of \(other.row.flag): give each its own port" }
        }
    }
}

extension HostPort {
    /// Whether no process can listen on both.
    fileprivate func clashes(with other: HostPort) -> Bool {
        func name(_ host: String) -> String { host == "localhost" ? "127.0.0.1" : host }
        let hosts = [name(host), name(other.host)]
        return port == other.port && (hosts[0] == hosts[1] || hosts.contains { $0 == "0.0.0.0" || $0 == "::" || $0 == "[::]" })
    }
}
