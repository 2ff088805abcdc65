package import ShippyCore

/// A column of the list of instances, in the order in which they stand.
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

    /// Which columns stay where there is no room for all: the least first.
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

    /// Whether it is part of what an instance is called.
    var isIdentity: Bool { self == .service || self == .id }

    /// Whether `left` comes before `right`, going by this column alone; nil where they are equal.
    func precedes(_ left: InstanceRow, _ right: InstanceRow) -> Bool? {
        switch self {
        case .state: compare(left.state.rawValue, right.state.rawValue)
        case .service: compare(left.instance.service, right.instance.service)
        case .id: compare(left.instance.id, right.instance.id)
        case .address: compare(left.instance.address, right.instance.address)
        case .protocol: compare(left.instance.protocol, right.instance.protocol)
        case .version: compare(left.instance.version, right.instance.version)
        case .left: compare(left.leaseEnd ?? .infinity, right.leaseEnd ?? .infinity)
        // The youngest first, as ages go.
        case .age: compare(right.instance.registeredAt?.milliseconds ?? 0, left.instance.registeredAt?.milliseconds ?? 0)
        case .metadata: compare(left.instance.metadataText, right.instance.metadataText)
        }
    }

    private func compare<Value: Comparable>(_ left: Value, _ right: Value) -> Bool? {
        left == right ? nil : left < right
    }
}

extension Instance {
    /// `name=value` pairs, by name.
    package var metadataText: String {
        metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }
}
