import ShippyCore

/// How an instance is, by its lease, a probe of its address, and the registry's word.
package enum InstanceState: Int, CaseIterable, Sendable {
    case healthy
    /// The lease runs out: it was not renewed when it should have been.
    case expiring
    /// The lease lives, and the address does not answer.
    case unreachable
    /// Out of the registry, and shown for a moment more.
    case gone
    /// Registered by a program that is not shippy's.
    case foreign

    /// Leases are renewed after a third of their TTL, so less than this share left means a missed renewal.
    private static let expiringShare = 0.5

    /// Whether a lease with so many seconds left of its TTL should have been renewed.
    static func isExpiring(_ left: Double, of ttl: Double) -> Bool { left < ttl * expiringShare }

    package var name: String { String(describing: self) }

    func symbol(_ capabilities: Capabilities) -> String {
        switch self {
        case .healthy: capabilities.isUnicode ? "✓" : "+"
        case .expiring: "!"
        case .unreachable: capabilities.isUnicode ? "✗" : "x"
        case .gone: "-"
        case .foreign: "~"
        }
    }

    var style: TextStyle {
        switch self {
        case .healthy: TextStyle(color: .green)
        case .expiring: TextStyle(color: .yellow, isBold: true)
        case .unreachable: TextStyle(color: .red, isBold: true)
        case .gone: TextStyle(isDim: true)
        case .foreign: TextStyle(color: .cyan)
        }
    }
}

/// How many instances are in each state.
struct StateCounts: Hashable, Sendable {
    private var counts = [Int](repeating: 0, count: InstanceState.allCases.count)
    /// Those of the healthy ones that are so by their lease alone.
    var unprobed = 0

    subscript(state: InstanceState) -> Int {
        get { counts[state.rawValue] }
        set { counts[state.rawValue] = newValue }
    }

    /// Those that are registered.
    var living: Int { counts.reduce(0, +) - self[.gone] }
    var isEmpty: Bool { counts.allSatisfy { $0 == 0 } }
}
