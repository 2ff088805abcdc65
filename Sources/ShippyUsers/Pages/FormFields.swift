import NIOCore
import ShippyCore

/// The fields of a form as browsers send them: `application/x-www-form-urlencoded` (WHATWG URL, 5). Read strictly: what no browser sends of our
/// pages is refused.
struct FormFields {
    static let contentType = "application/x-www-form-urlencoded"

    private let values: [String: String]

    /// - Parameter names: the fields that the form has. Each must be there once, and no other.
    /// - Throws: ``ShippyError`` `.malformed`, which never says what was sent.
    init(_ body: ByteBuffer, contentType: String?, names: Set<String>) throws {
        guard let contentType, contentType.prefix(while: { $0 != ";" }).lowercased() == Self.contentType else { throw Self.malformed }
        var values: [String: String] = [:]
        for pair in body.readableBytesView.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false) {
            let parts = pair.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false)
            guard parts.count == 2, let name = Self.decoded(parts[0]), let value = Self.decoded(parts[1]), names.contains(name),
                values.updateValue(value, forKey: name) == nil
            else { throw Self.malformed }
        }
        guard values.count == names.count else { throw Self.malformed }
        self.values = values
    }

    /// - Precondition: the form has this field.
    subscript(_ name: String) -> String { values[name]! }

    /// Nil for what is not percent-encoded UTF-8.
    private static func decoded(_ bytes: some Collection<UInt8>) -> String? {
        var decoded: [UInt8] = []
        var rest = bytes.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(hexDigit), let low = rest.next().flatMap(hexDigit) else { return nil }
                decoded.append(high << 4 | low)
            case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
            case 0x21...0x7e: decoded.append(byte)
            default: return nil
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? { Character(UnicodeScalar(byte)).hexDigitValue.map(UInt8.init) }

    private static var malformed: ShippyError {
        ShippyError(.malformed, "the form is not complete: open the link in the mail again")
    }
}
