import Foundation
import ShippyCore

/// Text in the encoding quoted-printable (RFC 2045, 6.7): most of it can be read as it is. Lines have at most 76 characters.
enum QuotedPrintable {
    /// The most characters of a line, without the `=` that continues it.
    private static let width = 75
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// - Returns: the encoded text, whose lines end with CR LF.
    static func encode(_ text: String) -> String {
        // A carriage return alone is encoded like any control character.
        let lines = text.replacing("\r\n", with: "\n").utf8.split(separator: 10, omittingEmptySubsequences: false)
        return lines.map { encode(line: Array($0)) }.joined(separator: "\r\n")
    }

    private static func encode(line: [UInt8]) -> String {
        var encoded: [UInt8] = []
        var column = 0
        for (index, byte) in line.enumerated() {
            let unit = isPlain(byte, isFirst: column == 0, isLast: index == line.count - 1) ? [byte] : hex(byte)
            if column + unit.count > width {
                encoded += "=\r\n".utf8
                column = 0
            }
            // A line that was begun by the break may begin with a dot, too.
            let placed = column == 0 && unit == [dot] ? hex(dot) : unit
            encoded += placed
            column += placed.count
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static let dot = UInt8(ascii: ".")

    /// A dot at the beginning of a line has a meaning in SMTP, and blanks at its end may be lost on the way.
    private static func isPlain(_ byte: UInt8, isFirst: Bool, isLast: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"): !isLast
        case UInt8(ascii: "="): false
        case dot: !isFirst
        default: byte > 0x20 && byte < 0x7f
        }
    }

    private static func hex(_ byte: UInt8) -> [UInt8] { [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
}
