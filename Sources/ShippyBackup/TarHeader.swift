/// The header of a file in a tar archive (POSIX ustar), as far as a backup needs it.
struct TarHeader: Hashable {
    static let blockSize = 512
    /// What follows a content, up to a whole block.
    static func padding(after size: Int64) -> Int { Int((Int64(blockSize) - size % Int64(blockSize)) % Int64(blockSize)) }

    /// At most 100 bytes of ASCII.
    var name: String
    var size: Int64

    /// A block of zeros: two of them end an archive.
    static let end = [UInt8](repeating: 0, count: blockSize)

    /// - Parameter time: in seconds since 1970.
    func encoded(time: Int64) -> [UInt8] {
        var block = Self.end
        func put(_ text: String, at offset: Int) { block.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8) }
        func octal(_ value: Int64, digits: Int) -> String {
            let text = String(value, radix: 8)
            return String(repeating: "0", count: digits - text.count) + text
        }
        precondition(name.utf8.count <= 100)
        put(name, at: 0)
        put("0000600", at: 100)
        put("0000000", at: 108)
        put("0000000", at: 116)
        if size < 1 << 33 {
            put(octal(size, digits: 11), at: 124)
        } else {
            // More than eleven octal digits: a number of twelve bytes, marked by its first bit, as GNU tar and others write it.
            block[124] = 0x80
            for index in 0..<8 { block[128 + index] = UInt8(truncatingIfNeeded: size >> Int64(8 * (7 - index))) }
        }
        put(octal(max(0, min(time, 1 << 33 - 1)), digits: 11), at: 136)
        block[156] = UInt8(ascii: "0")
        put("ustar", at: 257)
        put("00", at: 263)
        put(octal(Self.checksum(block), digits: 6), at: 148)
        block[154] = 0
        block[155] = UInt8(ascii: " ")
        return block
    }

    /// - Returns: nil unless it is the header of a regular file.
    init?(_ block: [UInt8]) {
        guard block.count == Self.blockSize, block[156] == UInt8(ascii: "0"), block[257..<262].elementsEqual("ustar".utf8),
            Self.number(block[148..<156]) == Self.checksum(block)
        else { return nil }
        let name = block[..<100].prefix { $0 != 0 }
        guard let text = String(validating: name, as: UTF8.self), let size = Self.size(block[124..<136]) else { return nil }
        (self.name, self.size) = (text, size)
    }

    init(name: String, size: Int64) {
        self.name = name
        self.size = size
    }

    private static func size(_ field: ArraySlice<UInt8>) -> Int64? {
        guard field.first == 0x80 else { return number(field) }
        let value = field.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return field.dropFirst().dropLast(8).allSatisfy { $0 == 0 } ? Int64(exactly: value) : nil
    }

    private static func number(_ field: ArraySlice<UInt8>) -> Int64? {
        let digits = field.prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
        return digits.allSatisfy { $0 < 0x80 } ? Int64(String(decoding: digits, as: UTF8.self), radix: 8) : nil
    }

    /// The sum of all bytes, with spaces in place of the sum itself.
    private static func checksum(_ block: [UInt8]) -> Int64 {
        block.enumerated().reduce(0) { $0 + Int64((148..<156).contains($1.offset) ? UInt8(ascii: " ") : $1.element) }
    }
}
