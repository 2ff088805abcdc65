/// Finds the values of secrets in one pass: see ``Secrets/hidden(in:)``.
struct SecretScanner {
    private struct Name {
        var isQuoted: Bool
        /// Whether a value without quotes extends to the end of the line in any case.
        var isOfLine: Bool
    }

    private let text: UnsafeBufferPointer<UInt8>
    private var shown: [UInt8] = []
    /// Bytes before this position are in `shown`, or hidden.
    private var done = 0

    init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text
    }

    /// Nil if there is nothing to hide.
    mutating func hidden() -> String? {
        var position = 0
        while position < text.count {
            let length = separatorLength(at: position)
            guard length > 0, let name = secretName(before: position) else {
                position += max(1, length)
                continue
            }
            // `==`, `:=` and `=>` are one separator.
            let arrow = text[(position + length)...].prefix { Self.isSeparator($0) || $0 == UInt8(ascii: ">") }.count
            let start = position + length + arrow
            let begin = start + text[start...].prefix(while: Self.isBlank).count
            position = endOfValue(from: begin, of: name, isLine: name.isOfLine || text[position] == UInt8(ascii: ":"))
            guard position > begin else { continue }
            shown += text[done..<begin]
            shown += "…".utf8
            done = position
        }
        guard done > 0 else { return nil }
        return String(decoding: shown + text[done...], as: UTF8.self)
    }

    /// 1 for `=` and `:`, 3 for their percent-encoding, otherwise 0.
    private func separatorLength(at position: Int) -> Int {
        if Self.isSeparator(text[position]) { return 1 }
        return isEncoded("3D", at: position) || isEncoded("3A", at: position) ? 3 : 0
    }

    private func isEncoded(_ digits: StaticString, at position: Int) -> Bool {
        guard position >= 0, position + 3 <= text.count, text[position] == UInt8(ascii: "%") else { return false }
        // In lower case, digits stay what they are.
        return text[position + 1] | 0x20 == digits.utf8Start[0] | 0x20 && text[position + 2] | 0x20 == digits.utf8Start[1] | 0x20
    }

    /// The name before the separator if it is that of a secret: `token`, `"token"`, `user[token]`.
    private func secretName(before separator: Int) -> Name? {
        var end = separator
        var isQuoted = false
        while end > done, Self.isBlank(text[end - 1]) { end -= 1 }
        while end > done {
            let byte = text[end - 1]
            if Self.isQuote(byte) || byte == UInt8(ascii: "\\") {
                isQuoted = true
                end -= 1
            } else if byte == UInt8(ascii: "]") || byte == UInt8(ascii: ")") {
                end -= 1
            } else if end - 3 >= done, isEncoded("5D", at: end - 3) || isEncoded("22", at: end - 3) || isEncoded("27", at: end - 3) {
                end -= 3
            } else {
                break
            }
        }
        var begin = end
        while begin > max(done, end - Secrets.longestName), Self.isNamePart(text[begin - 1]) { begin -= 1 }
        let name = UnsafeBufferPointer(rebasing: text[begin..<end])
        guard begin < end, Secrets.isName(utf8: name) else { return nil }
        return Name(isQuoted: isQuoted, isOfLine: Secrets.isNameOfLine(utf8: name))
    }

    private func endOfValue(from begin: Int, of name: Name, isLine: Bool) -> Int {
        let backslashes = text[begin...].prefix { $0 == UInt8(ascii: "\\") }.count
        let quote = begin + backslashes
        if quote < text.count, Self.isQuote(text[quote]) {
            let end = endOfQuoted(from: quote + 1, text[quote], backslashes)
            // Other quoting rules, such as `'it''s'`, may continue the value.
            return end == text.count || Self.endsValue(text[end]) ? end : endOfLine(from: end)
        }
        if isBlock(at: begin) { return text.count }
        if name.isQuoted, let end = endOfJSONWord(from: begin) { return end }
        return isLine || name.isQuoted ? endOfLine(from: begin) : endOfBare(from: begin)
    }

    /// Whether a value begins there whose end is not known: an object, a list, a key in PEM, or a block in YAML.
    private func isBlock(at begin: Int) -> Bool {
        guard begin < text.count else { return false }
        return "{[|>".utf8.contains(text[begin]) || text[begin...].starts(with: "-----BEGIN".utf8)
    }

    /// Behind the quote that is escaped as the first one was. One that is escaped more often belongs to the value.
    private func endOfQuoted(from begin: Int, _ quote: UInt8, _ level: Int) -> Int {
        var backslashes = 0
        for position in begin..<max(begin, text.count) {
            if text[position] == UInt8(ascii: "\\") {
                backslashes += 1
            } else {
                if text[position] == quote, backslashes <= level || (level == 0 && backslashes % 2 == 0) { return position + 1 }
                backslashes = 0
            }
        }
        return text.count
    }

    /// The end of a number, `true`, `false` or `null`; nil if there is something else.
    private func endOfJSONWord(from begin: Int) -> Int? {
        let end = begin + text[begin...].prefix { Self.isNamePart($0) || $0 == UInt8(ascii: "+") }.count
        let next = text[end...].first { !Self.isBlank($0) }
        return end > begin && (next.map { ",}]".utf8.contains($0) } ?? false) ? end : nil
    }

    private func endOfLine(from begin: Int) -> Int {
        begin + text[begin...].prefix { $0 != 0x0a && $0 != 0x0d }.count
    }

    /// The end of the line, or the blank before the next name with a value.
    private func endOfBare(from begin: Int) -> Int {
        var blank: Int?
        var isName = false
        for position in begin..<max(begin, text.count) {
            let byte = text[position]
            if byte == 0x0a || byte == 0x0d { return position }
            if Self.isBlank(byte) {
                (blank, isName) = (position, true)
            } else if Self.isSeparator(byte), isName, let blank, position > blank + 1, hasValue(after: position) {
                return blank
            } else if !Self.isNamePart(byte) {
                isName = false
            }
        }
        return text.count
    }

    /// Base64 ends with `=` or `==`: no value follows.
    private func hasValue(after separator: Int) -> Bool {
        separator + 1 < text.count && !Self.isSeparator(text[separator + 1]) && !Self.isBlank(text[separator + 1])
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":") }
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d }
    private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }
    private static func endsValue(_ byte: UInt8) -> Bool { isBlank(byte) || ",;})]&".utf8.contains(byte) }
    private static func isNamePart(_ byte: UInt8) -> Bool {
        byte.isASCIIAlphanumeric || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }
}
