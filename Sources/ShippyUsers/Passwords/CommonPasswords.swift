/// Passwords that attackers try first.
///
/// The list is part of the program's read-only memory. Nothing is read or built at the start: a look-up reads about 20 places.
enum CommonPasswords {
    /// - Parameter password: in lower case.
    static func contains(_ password: String) -> Bool {
        let words = UnsafeBufferPointer(start: list.utf8Start, count: list.utf8CodeUnitCount)
        var password = password
        return password.withUTF8 { contains($0, in: words) }
    }

    /// Bisects words that are separated by single spaces or line breaks, and are in the order of their bytes.
    private static func contains(_ word: UnsafeBufferPointer<UInt8>, in words: UnsafeBufferPointer<UInt8>) -> Bool {
        var low = 0
        var high = words.count
        while low < high {
            let middle = low + (high - low) / 2
            let start = words[low..<middle].lastIndex(where: isSeparator).map { $0 + 1 } ?? low
            let end = words[middle..<high].firstIndex(where: isSeparator) ?? high
            let candidate = words[start..<end]
            if candidate.elementsEqual(word) { return true }
            if candidate.lexicographicallyPrecedes(word) { low = end + 1 } else { high = start - 1 }
        }
        return false
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") }
}
