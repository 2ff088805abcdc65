import Glibc
import ShippyCore

/// Selects the items of a list to show, from a filter that the user types. All words must match; case is ignored:
///
/// - `text`: a field contains the text
/// - `key=value`: the field with this name, or an instance's metadata, has a value that begins with `value`
/// - `!word`: the word does not match
/// - `re:expression`, to the end of the line: the fields, one per line, match the ``RegularExpression``
/// - `!re:expression`: the fields do not match
package struct RowFilter: Sendable {
    private indirect enum Term: Sendable {
        case text([CChar])
        case field(name: String, value: [UInt8])
        case expression(RegularExpression)
        case not(Term)
    }

    package let text: String
    private var misreading: String?
    private var terms: [Term] = []

    package init(_ text: String = "") {
        self.text = text
        var rest = text[...].drop { $0 == " " }
        while !rest.isEmpty {
            let isExpression = rest.hasPrefix("re:") || rest.hasPrefix("!re:")
            let word = isExpression ? rest : rest.prefix { $0 != " " }
            rest = rest.dropFirst(word.count).drop { $0 == " " }
            do {
                if let term = try Self.term(word) { terms.append(term) }
            } catch {
                misreading = error.message
                terms = []
                return
            }
        }
    }

    package var isEmpty: Bool { terms.isEmpty }

    /// The error in the filter; nil if there is none. An invalid filter shows everything.
    package var fault: String? {
        misreading ?? (terms.contains(where: Self.isTooSlow) ? "the regular expression takes too long: some rows may be missing" : nil)
    }

    func value(of field: String) -> String? {
        for case .field(field, let value) in terms { return String(decoding: value, as: UTF8.self) }
        return nil
    }

    private static func isTooSlow(_ term: Term) -> Bool {
        switch term {
        case .expression(let expression): expression.isTooSlow
        case .not(let term): isTooSlow(term)
        case .text, .field: false
        }
    }

    private static func term(_ word: Substring) throws(ShippyError) -> Term? {
        if word.hasPrefix("!") { return try term(word.dropFirst()).map(Term.not) }
        if word.hasPrefix("re:") { return word.count == 3 ? nil : .expression(try RegularExpression(String(word.dropFirst(3)))) }
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, !parts[0].isEmpty { return .field(name: parts[0].lowercased(), value: [UInt8](parts[1].lowercased().utf8)) }
        return word.isEmpty ? nil : .text(Array(word.lowercased().utf8CString))
    }

    /// The words to search for, if the filter has only plain words; otherwise nil.
    var words: [[CChar]]? {
        var words: [[CChar]] = []
        for term in terms {
            guard case .text(let word) = term else { return nil }
            words.append(word)
        }
        return words
    }

    /// - Parameters:
    ///   - text: the item's text from ``SearchTexts``.
    ///   - field: returns a field of the item. It is called only if a term needs one, because copying an item takes longer than searching
    ///     its text.
    func passes(_ text: UnsafePointer<CChar>, field: (String) -> String?) -> Bool {
        terms.allSatisfy { Self.holds($0, text, field: field) }
    }

    /// Those of some items that match, although they are in no list.
    func matching<Row: ListRow>(_ rows: [Row]) -> [Row] {
        guard !isEmpty else { return rows }
        var texts = SearchTexts()
        for (place, row) in rows.enumerated() { texts.set(place, row) }
        return texts.withTexts { text in
            rows.indices.filter { place in passes(text(place)) { rows[place].field($0) } }.map { rows[$0] }
        }
    }

    private static func holds(_ term: Term, _ text: UnsafePointer<CChar>, field: (String) -> String?) -> Bool {
        switch term {
        // Swift's own search is fifty times slower.
        case .text(let word): strstr(text, word) != nil
        case .field(let name, let value): field(name).map { $0.lowercased().utf8.starts(with: value) } ?? false
        case .expression(let expression): expression.matches(text)
        case .not(let term): !holds(term, text, field: field)
        }
    }
}
