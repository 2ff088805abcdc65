import Glibc
import ShippyCore

/// Selects the instances to show, from a filter that the user types. All words must match; case is ignored:
///
/// - `text`: a field contains the text
/// - `key=value`: the metadata or field with this name has a value that begins with `value`
/// - `!word`: the word does not match
/// - `re:expression`, to the end of the line: the fields, one per line, match the ``RegularExpression``
/// - `!re:expression`: the fields do not match
package struct InstanceFilter {
    private indirect enum Term {
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
        misreading ?? (terms.contains(where: Self.isTooSlow) ? "the regular expression takes too long: some instances may be missing" : nil)
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

    /// - Parameter text: the instance's text from ``SearchTexts``.
    /// - Parameter row: called only if a term needs a field, because copying a row takes longer than searching its text.
    func passes(_ text: UnsafePointer<CChar>, _ row: () -> InstanceRow?) -> Bool {
        terms.allSatisfy { Self.holds($0, text) { name in row().flatMap { Self.field(name, of: $0) } } }
    }

    /// Whether a name alone, such as a service's, matches.
    func passes(name: String) -> Bool {
        name.lowercased().withCString { text in
            terms.allSatisfy { Self.holds($0, text) { $0 == "service" ? name : nil } }
        }
    }

    private static func field(_ name: String, of row: InstanceRow) -> String? {
        switch name {
        case "service": row.instance.service
        case "id": row.instance.id
        case "address": row.instance.address
        case "protocol": row.instance.protocol
        case "version": row.instance.version
        case "state": row.state.name
        default: row.instance.metadata[name] ?? row.instance.metadata.first { $0.key.lowercased() == name }?.value
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
