/// UUIDs in lower-case text, as IDs are written everywhere.
enum UUIDText {
    /// The 16 bytes; nil for anything but 8-4-4-4-12 lower-case hexadecimal digits.
    static func bytes(_ text: String) -> [UInt8]? {
        guard text.utf8.count == 36 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        var high: UInt8?
        for (position, letter) in text.utf8.enumerated() {
            if position == 8 || position == 13 || position == 18 || position == 23 {
                guard letter == UInt8(ascii: "-") else { return nil }
                continue
            }
            let digit: UInt8
            switch letter {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = letter - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = letter - UInt8(ascii: "a") + 10
            default: return nil
            }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return bytes
    }

    /// - Parameter bytes: 16 of them.
    static func text(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (position, byte) in bytes.enumerated() {
            if position == 4 || position == 6 || position == 8 || position == 10 { text.append(UInt8(ascii: "-")) }
            for digit in [byte >> 4, byte & 0xf] { text.append(digit < 10 ? digit + 48 : digit + 87) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// When a UUID of version 7 was made, by the clock of the process that made it (RFC 9562, 5.7), in milliseconds since 1970.
    /// Nil for another version or variant.
    static func milliseconds(_ text: String) -> Int64? {
        guard let bytes = bytes(text), bytes[6] >> 4 == 7, bytes[8] >> 6 == 2 else { return nil }
        return bytes.prefix(6).reduce(0) { $0 << 8 | Int64($1) }
    }
}
