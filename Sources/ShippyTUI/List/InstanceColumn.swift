package import ShippyCore

/// A column of the instance list. The cases are in display order.
package enum InstanceColumn: CaseIterable, Sendable {
    case state, service, id, address, `protocol`, version, left, age, metadata

    package var title: String {
        switch self {
        case .state: "STATE"
        case .service: "SERVICE"
        case .id: "ID"
        case .address: "ADDRESS"
        case .protocol: "PROTO"
        case .version: "VERSION"
        case .left: "LEFT"
        case .age: "AGE"
        case .metadata: "METADATA"
        }
    }

    /// The order in which columns are kept when the screen is too narrow for all: smaller numbers first.
    var priority: Int {
        switch self {
        case .state: 0
        case .id: 1
        case .left: 2
        case .address: 3
        case .service: 4
        case .version: 5
        case .age: 6
        case .protocol: 7
        case .metadata: 8
        }
    }

    /// Whether it is part of the instance's key.
    var isIdentity: Bool { self == .service || self == .id }

    /// Whether `left` comes before `right` by this column alone; nil if they are equal.
    func precedes(_ left: InstanceRow, _ right: InstanceRow) -> Bool? {
        switch self {
        case .state: compare(left.state.rawValue, right.state.rawValue)
        case .service: compare(left.instance.service, right.instance.service)
        case .id: compare(left.instance.id, right.instance.id)
        case .address: compare(left.instance.address, right.instance.address)
        case .protocol: compare(left.instance.protocol, right.instance.protocol)
        case .version: compare(left.instance.version, right.instance.version)
        case .left: compare(left.leaseEnd ?? .infinity, right.leaseEnd ?? .infinity)
        // Youngest first, because the column shows ages.
        case .age: compare(right.instance.registeredAt?.milliseconds ?? 0, left.instance.registeredAt?.milliseconds ?? 0)
        case .metadata: compare(left.instance.metadataText, right.instance.metadataText)
        }
    }

    private func compare<Value: Comparable>(_ left: Value, _ right: Value) -> Bool? {
        left == right ? nil : left < right
    }
}

extension Instance {
    /// `name=value` pairs, sorted by name.
    package var metadataText: String {
        metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }
}
