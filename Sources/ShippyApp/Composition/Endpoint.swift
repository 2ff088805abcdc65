import ShippyConfiguration
import ShippyCore

/// A port that a serving process listens on. Cases have the order of the command contract.
enum Endpoint: CaseIterable, Sendable {
    case usersHTTP, usersGRPC, notificatorGRPC, ops

    /// The endpoints of a process with these roles.
    static func all(of roles: Set<Role>) -> [Endpoint] {
        allCases.filter { $0.role.map(roles.contains) ?? true }
    }

    /// The service that clients look up in the registry; nil if every process listens there, for itself.
    var role: Role? {
        switch self {
        case .usersHTTP, .usersGRPC: .users
        case .notificatorGRPC: .notificator
        case .ops: nil
        }
    }

    /// The name in the ready line.
    var name: String { role?.rawValue ?? "ops" }

    var `protocol`: String {
        switch self {
        case .usersHTTP, .ops: "http"
        case .usersGRPC, .notificatorGRPC: "grpc"
        }
    }

    /// The setting of its address.
    var setting: Setting<HostPort> {
        switch self {
        case .usersHTTP: Settings.usersHTTP
        case .usersGRPC: Settings.usersGRPC
        case .notificatorGRPC: Settings.notificatorGRPC
        case .ops: Settings.ops
        }
    }

    func address(in configuration: Configuration) -> HostPort {
        switch self {
        case .usersHTTP: configuration.usersHTTP
        case .usersGRPC: configuration.usersGRPC
        case .notificatorGRPC: configuration.notificatorGRPC
        case .ops: configuration.ops
        }
    }
}
