package import ShippyCore

/// A column of the instance list. The cases are in display order.
package enum InstanceColumn: ListColumn {
    case state, service, id, address, `protocol`, version, left, age, metadata

    package static var first: InstanceColumn { .service }

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

    package var priority: Int {
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

    package var width: ColumnWidth {
        switch self {
        case .state: .symbolOr(13)
        case .left: .fixed(5)
        case .id: .fitting(50)
        case .metadata: .rest(12)
        default: .fitting(100)
        }
    }

    package var isRightAligned: Bool { self == .left }
    package var isCutInMiddle: Bool { self == .id }
    /// Those of the instance's key.
    package var isPermanent: Bool { self == .service || self == .id }

    package func precedes(_ left: InstanceRow, _ right: InstanceRow) -> Bool? {
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

    package func sortText(_ row: InstanceRow) -> String? { self == .metadata ? row.instance.metadataText : nil }

    package func text(_ row: InstanceRow, _ look: Look) -> String {
        let instance = row.instance
        return switch self {
        case .state: "\(row.state.symbol(look.capabilities)) \(row.state.name)"
        case .service: instance.service
        case .id: instance.id
        case .address: instance.address
        case .protocol: instance.protocol
        case .version: instance.version
        case .left: row.timeLeft(look.countdownTime).map { "\(Int($0.rounded(.up)))s" } ?? "-"
        case .age: instance.registeredAt.map(look.age) ?? "-"
        case .metadata: row.departure?.reason.rawValue ?? instance.metadataText
        }
    }

    package func symbol(_ row: InstanceRow, _ look: Look) -> String? { self == .state ? row.state.symbol(look.capabilities) : nil }

    package func style(_ row: InstanceRow) -> TextStyle? {
        self == .state || (self == .left && row.state == .expiring) ? row.state.style : nil
    }

    package func isRepetition(_ rows: [InstanceRow]) -> Bool {
        switch self {
        case .address: rows.allSatisfy { $0.instance.address == $0.instance.id }
        // As in the IDs of shippy's own services.
        case .service: rows.allSatisfy { $0.instance.id.hasPrefix("\($0.instance.service)-") }
        default: false
        }
    }
}

extension Instance {
    /// `name=value` pairs, sorted by name.
    package var metadataText: String {
        metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }
}
