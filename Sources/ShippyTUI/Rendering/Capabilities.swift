import ShippyCore

/// The characters that a terminal can show. Colours are not included: a screen requests them, and the terminal shows those that
/// it has.
package struct Capabilities: Hashable, Sendable {
    package var isUnicode: Bool

    package init(isUnicode: Bool = true) {
        self.isUnicode = isUnicode
    }

    var ellipsis: String { isUnicode ? "…" : ">" }

    /// The mark after the title of the column that a list is sorted by.
    func sortMark(isDescending: Bool) -> String {
        isDescending ? (isUnicode ? "▼" : "v") : (isUnicode ? "▲" : "^")
    }

    var separator: String { isUnicode ? " › " : " > " }
    var bar: String { isUnicode ? "│" : "|" }
    var rule: String { isUnicode ? "─" : "-" }

    /// The text as this terminal can show it: without control characters, and with known character widths.
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
