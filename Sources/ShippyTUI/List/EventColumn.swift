import ShippyCore

/// A column of the list of events. The cases are in display order.
package enum EventColumn: ListColumn {
    case sequence, time, subject, data

    package static var first: EventColumn { .sequence }

    package var title: String { self == .sequence ? "SEQ" : String(describing: self).uppercased() }

    package var priority: Int {
        switch self {
        case .subject: 0
        case .sequence: 1
        case .data: 2
        case .time: 3
        }
    }

    package var width: ColumnWidth {
        switch self {
        case .sequence: .fitting(30)
        case .time: .fixed(Look.timeWidth)
        case .subject: .fitting(30)
        case .data: .rest(8)
        }
    }

    package var isRightAligned: Bool { self == .sequence }
    package var isPermanent: Bool { true }
    package var beginsDescending: Bool { self == .sequence || self == .time }

    package func precedes(_ left: EventRow, _ right: EventRow) -> Bool? {
        switch self {
        // In the order of arrival, so that a notice stays where it came.
        case .sequence: compare(left.id, right.id)
        case .time: compare(left.time, right.time)
        case .subject: compare(left.subject, right.subject)
        case .data: compare(left.text, right.text)
        }
    }

    package func text(_ row: EventRow, _ look: Look) -> String {
        switch self {
        case .sequence: row.sequence.map { String($0) } ?? "-"
        case .time: look.time(row.time)
        case .subject: row.isNotice ? "notice" : row.subject
        case .data: row.text
        }
    }

    package func style(_ row: EventRow) -> TextStyle? {
        if row.isNotice { return .warning }
        return self == .subject && row.isProblem ? .error : nil
    }
}
