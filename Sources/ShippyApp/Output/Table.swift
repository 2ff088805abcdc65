import ShippyCore

/// Columns of text, aligned by the display width of characters.
struct Table {
    final class Builder {
        fileprivate(set) var table = Table(header: [], rows: [])

        func header(_ columns: String...) { table.header = columns }
        func row(_ cells: String...) { row(cells) }
        func row(_ cells: [String]) { table.rows.append(cells.map { $0.visiblyEscaped() }) }
    }

    var header: [String]
    var rows: [[String]]

    func render(style: Style) -> String {
        var widths = header.map(\.columns)
        for row in rows {
            for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.columns) }
        }
        func line(_ cells: [String]) -> String {
            // No trailing blanks.
            let last = cells.lastIndex { !$0.isEmpty } ?? 0
            return zip(cells, widths).prefix(last + 1).enumerated().map { $0 == last ? $1.0 : $1.0.padding(to: $1.1) }.joined(separator: "  ")
        }
        return ([style.bold(line(header))] + rows.map(line)).map { $0 + "\n" }.joined()
    }
}
