import ArgumentParser
import ShippyCore

/// How the columns of a file of users are called: `'Full Name=name'`, or `Phone=-` for one that is left out.
struct ColumnMap: ExpressibleByArgument, Hashable {
    /// As the file calls it, in lower case.
    let column: String
    /// The field that it has; nil if it is left out.
    let field: String?

    init?(argument: String) {
        guard let sign = argument.lastIndex(of: "=") else { return nil }
        column = argument[..<sign].trimmed.lowercased()
        let field = argument[argument.index(after: sign)...].trimmed.lowercased()
        guard !column.isEmpty, field == "-" || UserColumns.isKnown(field) else { return nil }
        self.field = field == "-" ? nil : field
    }
}

extension [ColumnMap] {
    /// The field of a column; the column's own name in lower case if nothing else is said, and nil if it is left out.
    func field(of column: String) -> String? {
        let name = column[...].trimmed.lowercased()
        guard let map = first(where: { $0.column == name }) else { return name }
        return map.field
    }
}

extension Substring {
    var trimmed: String {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
