import Glibc
import ShippyCore

/// Recognizes the exact bytes that ``EventEncoding/json`` writes for a user if every value is plain printable ASCII, and the
/// bytes that the tutorials' programs write, which are the same without the time.
///
/// Almost every event has this form. Recognizing it takes a tenth of a JSON decoder's time, and proves that the bytes are valid
/// JSON and safe to show unchanged: no value contains `=`, `:` or `%`, as a text with a secret in it does (``Secrets/hidden(in:)``).
/// Other payloads are left to the decoder.
package struct CanonicalUserJSON {
    package let user: EventUser

    /// Whether `bytes` have this form.
    package static func recognises(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { scan($0) { _, _ in } }
    }

    package init?(_ bytes: [UInt8]) {
        var fields: [String] = []
        let isCanonical = bytes.withUnsafeBufferPointer { buffer in
            Self.scan(buffer) { start, end in fields.append(String(decoding: buffer[start..<end], as: UTF8.self)) }
        }
        guard isCanonical else { return nil }
        user = EventUser(id: fields[0], name: fields[1], company: fields[2], email: fields[3])
    }

    private static let before: [StaticString] = [#"{"id":""#, #"","name":""#, #"","company":""#, #"","email":""#]
    private static let beforeTime: StaticString = #"","created_at":""#
    private static let end: StaticString = #""}"#

    private static func scan(_ bytes: UnsafeBufferPointer<UInt8>, field: (Int, Int) -> Void) -> Bool {
        var position = 0
        func skip(_ literal: StaticString) -> Bool {
            let length = literal.utf8CodeUnitCount
            guard bytes.count - position >= length else { return false }
            for index in 0..<length where bytes[position + index] != literal.utf8Start[index] { return false }
            position += length
            return true
        }
        func skipValue(where isAllowed: (UInt8) -> Bool) -> Bool {
            guard position < bytes.count, let base = bytes.baseAddress, let quote = memchr(base + position, 0x22, bytes.count - position)
            else { return false }
            let start = position
            position = base.distance(to: quote.assumingMemoryBound(to: UInt8.self))
            let value = UnsafeBufferPointer(rebasing: bytes[start..<position])
            guard PlainASCII.isPlain(value), value.allSatisfy(isAllowed) else { return false }
            field(start, position)
            return true
        }
        for literal in before {
            guard skip(literal), skipValue(where: Self.isPartOfNoSecret) else { return false }
        }
        if skip(beforeTime), !skipValue(where: Self.isPartOfTime) { return false }
        return skip(end) && position == bytes.count
    }

    private static func isPartOfNoSecret(_ byte: UInt8) -> Bool {
        byte != UInt8(ascii: "=") && byte != UInt8(ascii: ":") && byte != UInt8(ascii: "%")
    }

    private static func isPartOfTime(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-:.+ TZ".utf8.contains(byte)
    }
}
