/// Text that needs no escapes in JSON or on a terminal: printable ASCII without `"` and `\`.
package enum PlainASCII {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// Checks eight bytes at a time: a replay checks hundreds of megabytes a second.
    package static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = bytes.baseAddress else { return true }
        let raw = UnsafeRawPointer(base)
        var position = 0
        while position + 8 <= bytes.count {
            if hasOdd(raw.loadUnaligned(fromByteOffset: position, as: UInt64.self)) { return false }
            position += 8
        }
        while position < bytes.count {
            let byte = bytes[position]
            if byte < 0x20 || byte >= 0x7f || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return false }
            position += 1
        }
        return true
    }

    /// Whether any of the eight bytes is a control character, DEL, a quote, a backslash, or not ASCII.
    private static func hasOdd(_ word: UInt64) -> Bool {
        // Subtracting sets the high bit of each byte that is too small. Only a byte that is itself too small can borrow from its
        // neighbour.
        let controls = (word &- ones &* 0x20) & ~word
        let quotes = hasZero(word ^ ones &* UInt64(UInt8(ascii: "\"")))
        let backslashes = hasZero(word ^ ones &* UInt64(UInt8(ascii: "\\")))
        let deletes = hasZero(word ^ ones &* 0x7f)
        return (word | controls | quotes | backslashes | deletes) & highs != 0
    }

    private static func hasZero(_ word: UInt64) -> UInt64 { (word &- ones) & ~word }
}
