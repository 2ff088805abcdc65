/// That a row of a followed table has been added, changed or removed.
package struct MoveNote: Hashable, Sendable {
    /// The note's own.
    package var id: Int64
    /// The name of the table.
    package var table: String
    /// The key's text; empty if it has none.
    package var text: String
    /// The key's number; 0 if it has none.
    package var number: Int64

    package init(id: Int64, table: String, text: String, number: Int64) {
        self.id = id
        self.table = table
        self.text = text
        self.number = number
    }

    /// The note's key, in the order of the table's columns.
    package func key(of table: MovedTable) -> [MovedValue] { table.key.map { $0.kind == .text ? .text(text) : .integer(number) } }
}
