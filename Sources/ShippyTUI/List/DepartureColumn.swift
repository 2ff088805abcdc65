import ShippyCore

/// A column of the history of instances that have left.
package enum DepartureColumn: ListColumn {
    case left, service, id, address, version, reason

    package static var first: DepartureColumn { .left }

    package var title: String {
        switch self {
        case .left: "LEFT"
        case .service: "SERVICE"
        case .id: "ID"
        case .address: "ADDRESS"
        case .version: "VERSION"
        case .reason: "REASON"
        }
    }

    package var priority: Int {
        switch self {
        case .left: 0
        case .id: 1
        case .reason: 2
        case .service: 3
        case .address: 4
        case .version: 5
        }
    }

    package var width: ColumnWidth { self == .left ? .fixed(10) : .fitting(50) }
    package var isCutInMiddle: Bool { self == .id }
    package var isPermanent: Bool { true }

    package func precedes(_ left: DepartureRow, _ right: DepartureRow) -> Bool? {
        switch self {
        // The last to leave comes first.
        case .left: compare(right.id, left.id)
        case .service: compare(left.instance.service, right.instance.service)
        case .id: compare(left.instance.id, right.instance.id)
        case .address: compare(left.instance.address, right.instance.address)
        case .version: compare(left.instance.version, right.instance.version)
        case .reason: compare(left.reason.rawValue, right.reason.rawValue)
        }
    }

    package func text(_ row: DepartureRow, _ look: Look) -> String {
        switch self {
        case .left: "\(PanelRenderer.age(look.now.seconds - row.at)) ago"
        case .service: row.instance.service
        case .id: row.instance.id
        case .address: row.instance.address
        case .version: row.instance.version
        case .reason: row.reason.rawValue
        }
    }

    package func style(_ row: DepartureRow) -> TextStyle? { self == .reason ? .warning : nil }

    package func isRepetition(_ rows: [DepartureRow]) -> Bool {
        switch self {
        case .address: rows.allSatisfy { $0.instance.address == $0.instance.id }
        case .service: rows.allSatisfy { $0.instance.id.hasPrefix("\($0.instance.service)-") }
        default: false
        }
    }
}
