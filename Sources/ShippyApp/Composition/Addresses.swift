import Foundation
import ShippyConfiguration
import ShippyCore
import ShippyHTTPServer

/// Where a serving process listens.
struct Addresses: Sendable {
    let usersHTTP: HostPort
    let usersGRPC: HostPort
    let notificatorGRPC: HostPort
    let ops: HostPort
    /// How many of them its roles need.
    let count: Int
    /// By which hosts HTTP clients may call this process.
    let httpRules: BrowserRules

    /// - Throws: ``ShippyError`` `.usage` for an address that other machines can reach, unless that is allowed.
    ///
    /// This is where credentials and TLS will be asked for: until then, what listens is for this machine alone.
    init(_ configuration: Configuration, roles: Set<Role>) throws {
        func checked(_ address: HostPort, _ setting: Setting<HostPort>) throws -> HostPort {
            guard address.isLoopback || configuration.allowInsecure else {
                throw configuration.fault(setting) {
                    "\($0) \(address) can be reached from other machines, without credentials or encryption: use 127.0.0.1, or add --allow-insecure on a network of your own"
                }
            }
            return address
        }
        usersHTTP = try checked(configuration.usersHTTP, Settings.usersHTTP)
        usersGRPC = try checked(configuration.usersGRPC, Settings.usersGRPC)
        notificatorGRPC = try checked(configuration.notificatorGRPC, Settings.notificatorGRPC)
        ops = try checked(configuration.ops, Settings.ops)
        let own = [usersHTTP.host, ops.host] + [configuration.advertise].compactMap { $0 }
        httpRules = try BrowserRules(ownHosts: own, allowedHosts: configuration.allowedHosts)
        count = 1 + (roles.contains(.users) ? 2 : 0) + (roles.contains(.notificator) ? 1 : 0)
    }
}
