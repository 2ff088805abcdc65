import ShippyCore

/// What a terminal can show. Colours are not among it: a screen says which it would have, and the terminal takes what it has.
package struct Capabilities: Hashable, Sendable {
    package var isUnicode: Bool

    package init(isUnicode: Bool = true) {
        self.isUnicode = isUnicode
    }

    var ellipsis: String { isUnicode ? "…" : ">" }

    /// Stands behind the title of the column that a list is sorted by.
    func sortMark(isDescending: Bool) -> String {
        isDescending ? (isUnicode ? "▼" : "v") : (isUnicode ? "▲" : "^")
    }

    var separator: String { isUnicode ? " › " : " > " }
    var rule: String { isUnicode ? "─" : "-" }

    /// The text as this terminal may be given it: nothing in it acts on the terminal, and each character has one width.
    func showable(_ text: String) -> String {
        if text.isASCII { return text.visiblyEscaped() }
        var shown = ""
        for scalar in text.visiblyEscaped().unicodeScalars where !scalar.joinsEmoji {
            if isUnicode || scalar.isASCII {
                shown.unicodeScalars.append(scalar)
            } else if scalar.columns > 0 {
                shown += String(repeating: "?", count: scalar.columns)
            }
        }
        return shown
    }
}
