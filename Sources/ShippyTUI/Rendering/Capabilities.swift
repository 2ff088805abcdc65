import ShippyCore

/// What a terminal can show.
package struct Capabilities: Hashable, Sendable {
    package var isUnicode: Bool
    package var colors: Int

    package init(isUnicode: Bool = true, colors: Int = 256) {
        self.isUnicode = isUnicode
        self.colors = colors
    }

    var ellipsis: String { isUnicode ? "…" : ">" }
    var ascending: String { isUnicode ? "▲" : "^" }
    var descending: String { isUnicode ? "▼" : "v" }
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
