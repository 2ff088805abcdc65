import CText

extension String {
    /// How many columns of a terminal the text takes.
    package var columns: Int {
        if isASCII { return utf8.count }
        return unicodeScalars.reduce(0) { $0 + $1.columns }
    }

    /// The text with spaces behind it, up to `width` columns.
    package func padding(to width: Int) -> String {
        let missing = width - columns
        return missing > 0 ? self + String(repeating: " ", count: missing) : self
    }

    /// The text with spaces before it, up to `width` columns.
    package func padding(before width: Int) -> String {
        String(repeating: " ", count: max(0, width - columns)) + self
    }

    /// The text cut to `width` columns; what is cut ends in `ellipsis`, where there is room for it.
    package func cut(to width: Int, ellipsis: String) -> String {
        guard columns > width else { return self }
        guard width > 0 else { return "" }
        let room = width - ellipsis.columns
        var (text, used) = ("", 0)
        for scalar in unicodeScalars {
            guard used + scalar.columns <= max(room, 0) else { break }
            used += scalar.columns
            text.unicodeScalars.append(scalar)
        }
        return room >= 0 ? text + ellipsis : text
    }

    /// The text cut to `width` columns in its middle, where there is room for the ellipsis and something on both sides: ids often
    /// differ only at their end.
    package func cutInMiddle(to width: Int, ellipsis: String) -> String {
        guard columns > width, width >= ellipsis.columns + 4 else { return cut(to: width, ellipsis: ellipsis) }
        let room = width - ellipsis.columns
        let end = String(String.UnicodeScalarView(unicodeScalars.reversed())).cut(to: room / 2, ellipsis: "")
        return cut(to: room - end.columns, ellipsis: "") + ellipsis + String(String.UnicodeScalarView(end.unicodeScalars.reversed()))
    }

    package var isASCII: Bool { utf8.allSatisfy { $0 < 0x80 } }
}

extension Unicode.Scalar {
    /// How many columns of a terminal the character takes; 0 for one that is not printable.
    package var columns: Int { max(0, Int(shippy_column_width(value))) }

    /// Joiners and variation selectors: terminals disagree on the width of what they make, and agree on its parts.
    package var joinsEmoji: Bool { value == 0x200d || value == 0xfe0e || value == 0xfe0f }
}
