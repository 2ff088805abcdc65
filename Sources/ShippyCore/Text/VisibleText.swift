extension Unicode.Scalar {
    /// Whether a terminal or editor may act on this character instead of showing it: C0, DEL, C1, line and paragraph separators,
    /// bidirectional controls, and invisible characters. Joiners, which form letters and emoji, are safe.
    package var isUnsafeToShow: Bool {
        switch value {
        case 0..<0x20, 0x7f..<0xa0: true
        case 0x00ad, 0x061c, 0x180e, 0x200b, 0x200e, 0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff: true
        case 0xe0000...0xe007f: true
        default: false
        }
    }

    /// `\u{1b}` as `\u001b`, as in JSON; a surrogate pair outside the basic plane.
    package var visibleEscape: String {
        Character(self).utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }
}

extension String {
    /// The text with every character that a terminal might act on escaped.
    ///
    /// - Parameter limit: cuts longer text after this many characters and marks the cut with `…`.
    package func visiblyEscaped(limit: Int = .max) -> String {
        guard unicodeScalars.contains(where: \.isUnsafeToShow) || (limit < utf8.count && count > limit) else { return self }
        var text = ""
        for scalar in prefix(limit).unicodeScalars {
            if scalar.isUnsafeToShow {
                text += scalar.visibleEscape
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return count > limit ? text + "…" : text
    }

    /// The text in double quotes, for messages: escaped, including its own quotes, and cut as by ``visiblyEscaped(limit:)``.
    package func quoted(limit: Int = .max) -> String { "\"\(visiblyEscaped(limit: limit).replacing("\"", with: "\\\""))\"" }
}
