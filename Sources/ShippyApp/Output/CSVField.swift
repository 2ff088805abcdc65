/// One value of a CSV record (RFC 4180).
enum CSVField {
    /// A value that a spreadsheet would run as a formula gets an apostrophe in front, which marks it as text.
    static func write(_ value: String) -> String {
        var text = value
        if let first = text.unicodeScalars.first, formulaStarts.contains(first) { text = "'" + text }
        guard text.contains(where: { ",\"\r\n".contains($0) || $0.isNewline }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    /// Removes that apostrophe.
    static func read(_ value: String) -> String {
        guard value.hasPrefix("'"), let second = value.unicodeScalars.dropFirst().first, formulaStarts.contains(second) else { return value }
        return String(value.dropFirst())
    }

    private static let formulaStarts = "=+-@\t\r'".unicodeScalars
}
