/// What to look for in a user's name, company and address: words or parts of words. Each of them must be in one of the three.
package struct UserMatch: Hashable, Sendable {
    /// As it was typed.
    package let text: String
    /// Folded.
    let words: [[UInt8]]

    /// - Throws: ``ShippyError`` `.invalid` for a text without a word, or of more than 256 characters.
    package init(_ text: String) throws {
        guard text.unicodeScalars.count <= 256 else {
            throw ShippyError(.invalid, "the text to match is longer than 256 characters", field: "match")
        }
        words = text.split(whereSeparator: \.isWhitespace).map { FoldedText.bytes(of: String($0)) }
        guard !words.isEmpty else { throw ShippyError(.invalid, "the text to match is empty", field: "match") }
        self.text = text
    }

    package static func == (left: UserMatch, right: UserMatch) -> Bool { left.words == right.words }

    package func hash(into hasher: inout Hasher) { hasher.combine(words) }

    package func matches(_ user: User) -> Bool {
        words.allSatisfy { word in
            Self.contains(user.name, word) || Self.contains(user.email.description, word) || Self.contains(user.company, word)
        }
    }

    private static func contains(_ text: String, _ word: [UInt8]) -> Bool {
        let found: Bool?? = text.utf8.withContiguousStorageIfAvailable { bytes in
            bytes.allSatisfy { $0 < 0x80 } ? word.withUnsafeBufferPointer { contains(bytes, $0) } : nil
        }
        if case .some(.some(let found)) = found { return found }
        return FoldedText.bytes(of: text).withUnsafeBufferPointer { bytes in word.withUnsafeBufferPointer { contains(bytes, $0) } }
    }

    private static func contains(_ text: UnsafeBufferPointer<UInt8>, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.count >= word.count else { return false }
        var start = 0
        while start <= text.count - word.count {
            var length = 0
            while length < word.count, FoldedText.lowercased(text[start + length]) == word[length] { length += 1 }
            if length == word.count { return true }
            start += 1
        }
        return false
    }
}
