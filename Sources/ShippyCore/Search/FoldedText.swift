/// Text without the difference between upper and lower case, as bytes of UTF-8.
enum FoldedText {
    static func bytes(of text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        // Nearly always.
        return bytes.allSatisfy { $0 < 0x80 } ? bytes.map(lowercased) : Array(text.lowercased().utf8)
    }

    static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}
