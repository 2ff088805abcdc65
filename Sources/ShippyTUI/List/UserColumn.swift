import ShippyCore

/// A column of the list of users. The cases are in display order.
package enum UserColumn: ListColumn {
    case state, email, name, company, role, created, id

    package static var first: UserColumn { .created }

    package var title: String { String(describing: self).uppercased() }

    package var priority: Int {
        switch self {
        case .state: 0
        case .email: 1
        case .name: 2
        case .company: 3
        case .created: 4
        case .role: 5
        case .id: 6
        }
    }

    package var width: ColumnWidth {
        switch self {
        case .state: .symbolOr(10)
        case .email: .fitting(50)
        case .name, .company: .fitting(50)
        case .role: .fixed(8)
        case .created: .fixed(Look.timeWidth)
        case .id: .fixed(36)
        }
    }

    package var isPermanent: Bool { self == .created || self == .id }
    package var beginsDescending: Bool { self == .created }

    package func precedes(_ left: UserRow, _ right: UserRow) -> Bool? {
        switch self {
        case .state: compare(left.state?.rawValue ?? "", right.state?.rawValue ?? "")
        case .email: compare(left.user.email.description, right.user.email.description)
        case .name: compare(left.user.name, right.user.name)
        case .company: compare(left.user.company, right.user.company)
        case .role: compare(left.role ?? "", right.role ?? "")
        // IDs are in the order of creation, and pages are read in that order.
        case .created, .id: left.user.id == right.user.id ? nil : left.user.id < right.user.id
        }
    }

    package func text(_ row: UserRow, _ look: Look) -> String {
        switch self {
        case .state: row.state.map { "\(row.symbol(look.capabilities)) \($0.rawValue)" } ?? ""
        case .email: row.user.email.description
        case .name: row.user.name
        case .company: row.user.company
        case .role: row.role ?? ""
        case .created: look.time(row.user.createdAt)
        case .id: row.user.id
        }
    }

    package func symbol(_ row: UserRow, _ look: Look) -> String? { self == .state ? row.symbol(look.capabilities) : nil }

    package func style(_ row: UserRow) -> TextStyle? { self == .state ? row.style : nil }
}
