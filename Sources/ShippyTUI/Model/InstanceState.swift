import ShippyCore

/// The state of an instance, according to its lease, the last probe of its address, and the registry.
package enum InstanceState: Int, CaseIterable, Sendable {
    /// The lease is renewed, and the last probe, if any, was answered.
    case alive
    /// A renewal of the lease was missed.
    case expiring
    /// The lease is valid, but the last probe of the address failed.
    case unreachable
    /// Removed from the registry; still shown for a moment.
    case gone
    /// Registered by a go-kit or go-micro program.
    case foreign

    /// Leases are renewed after a third of their TTL, so if less than this share is left, a renewal was missed.
    private static let expiringShare = 0.5

    /// Whether a lease with `left` of `ttl` seconds left should have been renewed.
    static func isExpiring(_ left: Double, of ttl: Double) -> Bool { left < ttl * expiringShare }

    /// Whether somebody should look at it.
    var isProblem: Bool { self == .expiring || self == .unreachable || self == .gone }

    package var name: String { String(describing: self) }

    func symbol(_ capabilities: Capabilities) -> String {
        switch self {
        case .alive: capabilities.isUnicode ? "✓" : "+"
        case .expiring: "!"
        case .unreachable: capabilities.isUnicode ? "✗" : "x"
        case .gone: "-"
        case .foreign: "~"
        }
    }

    var style: TextStyle {
        switch self {
        case .alive: TextStyle(color: .green)
        case .expiring: TextStyle(color: .yellow, isBold: true)
        case .unreachable: TextStyle(color: .red, isBold: true)
        case .gone: TextStyle(isDim: true)
        case .foreign: TextStyle(color: .cyan)
        }
    }
}

/// The number of instances in each state.
struct StateCounts: Hashable, Sendable {
    private var counts = [Int](repeating: 0, count: InstanceState.allCases.count)
    /// The number of alive instances that were never probed.
    var unprobed = 0

    subscript(state: InstanceState) -> Int {
        get { counts[state.rawValue] }
        set { counts[state.rawValue] = newValue }
    }

    /// All registered instances.
    var living: Int { counts.reduce(0, +) - self[.gone] }
    var isEmpty: Bool { counts.allSatisfy { $0 == 0 } }
}
