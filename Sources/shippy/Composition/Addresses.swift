import Foundation
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

    /// - Throws: ``ShippyError`` `.usage` for one that cannot be read, or that others could reach unasked.
    ///
    /// This is where credentials and TLS will be asked for: until then, what listens is for this machine alone.
    init(_ options: ServeOptions, _ settings: Settings, roles: Set<Role>) throws {
        let allowInsecure = try settings.bool("allow-insecure", options.allowInsecure)
        func address(_ name: String, _ flag: String?, _ fallback: String) throws -> HostPort {
            let address = try settings.address(name, flag, default: fallback)
            guard address.isLoopback || allowInsecure else {
                throw ShippyError(
                    .usage,
                    "--\(name) \(address) can be reached from other machines, and nothing on it asks for credentials or is encrypted: use 127.0.0.1, or add --allow-insecure if the network is yours alone"
                )
            }
            return address
        }
        usersHTTP = try address("users-http", options.usersHTTP, "127.0.0.1:8081")
        usersGRPC = try address("users-grpc", options.usersGRPC, "127.0.0.1:8083")
        notificatorGRPC = try address("notificator-grpc", options.notificatorGRPC, "127.0.0.1:8082")
        ops = try address("ops", options.ops, "127.0.0.1:8080")
        let allowed = settings.string("allowed-host")?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } ?? []
        let own = [usersHTTP.host, ops.host] + [settings.string("advertise", options.advertise)].compactMap { $0 }
        httpRules = try BrowserRules(ownHosts: own, allowedHosts: allowed)
        count = 1 + (roles.contains(.users) ? 2 : 0) + (roles.contains(.notificator) ? 1 : 0)
    }
}
