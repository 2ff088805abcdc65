/// Rows of one table, in the order of their keys.
package struct MovedPage: Hashable, Sendable {
    /// Row after row, each with a value for every column of the table.
    package var values: [MovedValue]
    private let width: Int

    package init(_ table: MovedTable, values: [MovedValue] = []) {
        self.values = values
        width = table.columns.count
    }

    package var count: Int { values.count / width }

    package var isEmpty: Bool { values.isEmpty }

    /// The values of one row.
    package subscript(row: Int) -> ArraySlice<MovedValue> { values[row * width..<(row + 1) * width] }

    /// The values of one column.
    package func column(_ index: Int) -> [MovedValue] { stride(from: index, to: values.count, by: width).map { values[$0] } }

    /// The key of the last row, after which the next page begins; nil without rows.
    package func lastKey(_ table: MovedTable) -> [MovedValue]? {
        isEmpty ? nil : Array(self[count - 1].prefix(table.keyLength))
    }
}
