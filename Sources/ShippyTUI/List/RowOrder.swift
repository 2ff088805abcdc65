/// The order of a list. Equal items are sorted by ``ListRow/comesBefore(_:)``, so that their order is stable.
struct RowOrder<Row: ListRow>: Hashable, Sendable {
    var column = Row.Column.first
    var isDescending = Row.Column.first.beginsDescending

    func precedes(_ left: Row, _ right: Row) -> Bool {
        if left.isTotal != right.isTotal { return left.isTotal }
        if let precedes = column.precedes(left, right) { return precedes != isDescending }
        return left.comesBefore(right)
    }
}
