import ShippyCore

/// What rows of the source look like in the target.
struct MovedForm: Sendable {
    /// How far the target's clock is ahead.
    let clockShift: Int64
    /// Set if the bus moves, too.
    let stream: MovedStream?

    func of(_ page: MovedPage, _ table: MovedTable) -> MovedPage {
        var page = page
        change(&page, table.columns.indices.filter { table.columns[$0].isTimed }, table) { moment, _ in
            moment.integer.map { .integer($0 + clockShift) } ?? moment
        }
        switch table {
        case .sessions:
            let expiries = page.column(table.index(of: "expires_at"))
            change(&page, [table.index(of: "expires_day")], table) { old, row in
                expiries[row].integer.map { .integer(Session.day(of: Timestamp(milliseconds: $0))) } ?? old
            }
        case .published: follow(&page, "identity", "sequence", table)
        case .outboxState: follow(&page, "offered_identity", "offered_sequence", table)
        default: break
        }
        return page
    }

    private func follow(_ page: inout MovedPage, _ identity: String, _ sequence: String, _ table: MovedTable) {
        guard let stream else { return }
        let (identity, sequence) = (table.index(of: identity), table.index(of: sequence))
        let isOnIt = page.column(identity).map { $0.text == stream.from }
        change(&page, [identity], table) { isOnIt[$1] ? .text(stream.to) : $0 }
        change(&page, [sequence], table) { isOnIt[$1] ? $0.integer.map { .integer(stream.sequence($0)) } ?? $0 : $0 }
    }

    private func change(_ page: inout MovedPage, _ columns: [Int], _ table: MovedTable, _ body: (MovedValue, _ row: Int) -> MovedValue) {
        let width = table.columns.count
        for column in columns {
            for row in 0..<page.count {
                let changed = body(page.values[row * width + column], row)
                page.values[row * width + column] = changed
            }
        }
    }
}
