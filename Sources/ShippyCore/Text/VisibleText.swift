extension Unicode.Scalar {
    /// Whether a terminal or an editor may act on this character instead of showing it: C0, DEL, C1, line and paragraph
    /// separators, the marks that change the direction of the text around them, and those that nobody sees. Joiners make
    /// letters and emoji, and stay.
    package var isUnsafeToShow: Bool {
        switch value {
        case 0..<0x20, 0x7f..<0xa0: true
        case 0x00ad, 0x061c, 0x180e, 0x200b, 0x200e, 0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff: true
        case 0xe0000...0xe007f: true
        default: false
        }
    }

    /// `\u{1b}` as `\u001b`, in the form that JSON has too; a pair of surrogates past the basic plane.
    package var visibleEscape: String {
        Character(self).utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }
}

extension String {
    /// The text with every character that a terminal might act on shown as an escape.
    ///
    /// - Parameter limit: cuts longer text after so many characters and marks the cut with `…`.
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

    /// The text in double quotes for a message that names a value: escaped, its own quotes too, and cut like
    /// ``visiblyEscaped(limit:)``.
    package func quoted(limit: Int = .max) -> String { "\"\(visiblyEscaped(limit: limit).replacing("\"", with: "\\\""))\"" }
}
