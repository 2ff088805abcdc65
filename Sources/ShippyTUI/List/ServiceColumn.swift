/// A column of the list of services. The cases are in display order.
package enum ServiceColumn: ListColumn {
    case service, instances, alive, expiring, unreachable, gone, foreign

    package static var first: ServiceColumn { .service }

    package var title: String { String(describing: self).uppercased() }

    package var priority: Int {
        switch self {
        case .instances: 0
        case .service: 1
        case .unreachable: 2
        case .expiring: 3
        case .alive: 4
        case .gone: 5
        case .foreign: 6
        }
    }

    package var width: ColumnWidth { self == .service ? .fitting(40) : .fixed(title.count + 1) }
    package var isRightAligned: Bool { self != .service }
    package var isPermanent: Bool { self == .service }
    package var beginsDescending: Bool { self != .service }

    /// nil for the columns of all instances.
    private var state: InstanceState? {
        switch self {
        case .service, .instances: nil
        case .alive: .alive
        case .expiring: .expiring
        case .unreachable: .unreachable
        case .gone: .gone
        case .foreign: .foreign
        }
    }

    private func count(_ row: ServiceRow) -> Int { state.map { row.counts[$0] } ?? row.counts.living }

    package func precedes(_ left: ServiceRow, _ right: ServiceRow) -> Bool? {
        self == .service ? compare(left.name, right.name) : compare(count(left), count(right))
    }

    package func text(_ row: ServiceRow, _ look: Look) -> String {
        guard self != .service else { return row.name }
        let count = count(row)
        return count == 0 ? "-" : PanelRenderer.grouped(count)
    }

    package func style(_ row: ServiceRow) -> TextStyle? {
        state.flatMap { row.counts[$0] > 0 ? TextStyle(color: $0.style.color) : nil }
    }
}
