/// Finds the values of secrets in one pass.
struct SecretScanner {
    /// How far before a separator its name is looked for, beside the name itself: blanks, quotes and backslashes.
    private static let reach = 16

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
            guard Self.isSeparator(text[position]), let isQuoted = secretName(before: position) else {
                position += 1
                continue
            }
            let begin = position + 1 + text[(position + 1)...].prefix(while: Self.isBlank).count
            position = endOfValue(from: begin, nameIsQuoted: isQuoted, isLine: text[position] == UInt8(ascii: ":"))
            guard position > begin else { continue }
            shown += text[done..<begin]
            shown += "…".utf8
            done = position
        }
        guard done > 0 else { return nil }
        return String(decoding: shown + text[done...], as: UTF8.self)
    }

    /// Whether the name is in quotes, if the name before the separator is that of a secret; otherwise nil.
    private func secretName(before separator: Int) -> Bool? {
        var end = separator
        var isQuoted = false
        let least = max(done, separator - Self.reach)
        while end > least, Self.isBlank(text[end - 1]) { end -= 1 }
        while end > least, Self.isQuote(text[end - 1]) || text[end - 1] == UInt8(ascii: "\\") {
            isQuoted = true
            end -= 1
        }
        var begin = end
        while begin > max(done, end - Secrets.longestName), Self.isNamePart(text[begin - 1]) { begin -= 1 }
        guard begin < end, Secrets.isName(utf8: UnsafeBufferPointer(rebasing: text[begin..<end])) else { return nil }
        return isQuoted
    }

    /// - Parameter isLine: whether a value without quotes extends to the end of the line, as in `Cookie: a=b; c=d`.
    private func endOfValue(from begin: Int, nameIsQuoted: Bool, isLine: Bool) -> Int {
        let backslashes = text[begin...].prefix { $0 == UInt8(ascii: "\\") }.count
        let quote = begin + backslashes
        if quote < text.count, Self.isQuote(text[quote]) { return endOfQuoted(from: quote + 1, text[quote], backslashes) }
        // Where an object or a list ends is not known in text that need not be JSON.
        if begin < text.count, text[begin] == UInt8(ascii: "{") || text[begin] == UInt8(ascii: "[") { return text.count }
        if nameIsQuoted { return endOfWord(from: begin) }
        return isLine ? begin + text[begin...].prefix { $0 != 0x0a && $0 != 0x0d }.count : endOfBare(from: begin)
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

    private func endOfWord(from begin: Int) -> Int {
        begin + text[begin...].prefix { !Self.isBlank($0) && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") && $0 != UInt8(ascii: "]") }.count
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
            } else if Self.isSeparator(byte), isName, let blank, position > blank + 1 {
                return blank
            } else if !Self.isNamePart(byte) {
                isName = false
            }
        }
        return text.count
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":") }
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d }
    private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }
    private static func isNamePart(_ byte: UInt8) -> Bool {
        byte.isASCIIAlphanumeric || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }
}
