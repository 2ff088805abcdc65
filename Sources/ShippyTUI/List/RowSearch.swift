/// What a list shows, to be searched for among the items that were not read.
package struct RowSearch: Sendable {
    var filter: RowFilter
    var onlyProblems: Bool

    /// The whole value that a field must begin with, in lower case; nil if the filter does not name the field.
    package func value(of field: String) -> String? { filter.value(of: field) }

    package func matching<Row: ListRow>(_ rows: [Row]) -> [Row] { filter.matching(onlyProblems ? rows.filter(\.isProblem) : rows) }
}
