import CText

extension String {
    /// The width of the text in terminal columns.
    package var columns: Int {
        if isASCII { return utf8.count }
        return unicodeScalars.reduce(0) { $0 + $1.columns }
    }

    /// The text padded with spaces to `width` columns.
    package func padding(to width: Int) -> String {
        let missing = width - columns
        return missing > 0 ? self + String(repeating: " ", count: missing) : self
    }

    /// The text right-aligned in `width` columns.
    package func padding(before width: Int) -> String {
        String(repeating: " ", count: max(0, width - columns)) + self
    }

    /// The text cut to `width` columns, ending in `ellipsis` if it was cut and there is room.
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

    /// The text cut in the middle to `width` columns, if there is room for the ellipsis and text on both sides: IDs often differ
    /// only at the end.
    package func cutInMiddle(to width: Int, ellipsis: String) -> String {
        guard columns > width, width >= ellipsis.columns + 4 else { return cut(to: width, ellipsis: ellipsis) }
        let room = width - ellipsis.columns
        let end = String(String.UnicodeScalarView(unicodeScalars.reversed())).cut(to: room / 2, ellipsis: "")
        return cut(to: room - end.columns, ellipsis: "") + ellipsis + String(String.UnicodeScalarView(end.unicodeScalars.reversed()))
    }

    package var isASCII: Bool { utf8.allSatisfy { $0 < 0x80 } }
}

extension Unicode.Scalar {
    /// The width of the character in terminal columns; 0 if it is not printable.
    package var columns: Int { max(0, Int(shippy_column_width(value))) }

    /// Joiners and variation selectors. Terminals disagree on the width of joined characters, but agree on the width of their
    /// parts.
    package var joinsEmoji: Bool { value == 0x200d || value == 0xfe0e || value == 0xfe0f }
}
