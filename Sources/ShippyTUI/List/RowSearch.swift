/// What a list shows, to be searched for among the items that were not read.
package struct RowSearch: Sendable {
    var filter: RowFilter
    var onlyProblems: Bool

    package func matching<Row: ListRow>(_ rows: [Row]) -> [Row] { filter.matching(onlyProblems ? rows.filter(\.isProblem) : rows) }
}
