import ShippyCore

/// Columns of text, aligned by the display width of characters, and cut to the width of a terminal where the content allows it.
struct Table {
    final class Builder {
        fileprivate(set) var table = Table(header: [], rows: [])

        func header(_ columns: String...) { header(columns) }
        func header(_ columns: [String]) { table.header = columns }
        /// These columns, among those of the header, are cut if a row is wider than the terminal.
        func mayCut(_ columns: String...) { table.cut = table.header.indices.filter { columns.contains(table.header[$0]) } }
        func row(_ cells: String...) { row(cells) }
        func row(_ cells: [String]) { table.rows.append(cells.map { $0.visiblyEscaped() }) }
    }

    var header: [String]
    var rows: [[String]]
    /// The columns that may be cut.
    var cut: [Int] = []

    /// - Parameter width: of the terminal; nil cuts nothing.
    func render(style: Style, width: Int? = nil) -> String {
        var widths = header.map(\.columns)
        for row in rows {
            for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.columns) }
        }
        if let width { shrink(&widths, to: width) }
        func line(_ cells: [String]) -> String {
            // No trailing blanks.
            let last = cells.lastIndex { !$0.isEmpty } ?? 0
            return zip(cells, widths).prefix(last + 1).enumerated().map { index, part in
                let (cell, width) = part
                let text = cell.columns > width ? cell.cut(to: width, ellipsis: "…") : cell
                return index == last ? text : text.padding(to: width)
            }.joined(separator: Self.gap)
        }
        return ([style.bold(line(header))] + rows.map(line)).map { $0 + "\n" }.joined()
    }

    private static let gap = "  "

    /// Takes from the widest of the columns that may be cut, but leaves each as wide as its header.
    private func shrink(_ widths: inout [Int], to width: Int) {
        var excess = widths.reduce(0, +) + Self.gap.count * max(0, widths.count - 1) - width
        while excess > 0 {
            let candidates = cut.filter { widths[$0] > header[$0].columns }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { return }
            widths[widest] -= 1
            excess -= 1
        }
    }
}
