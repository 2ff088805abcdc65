/// Reads the header and the claims of a token: RFC 8259 to the letter.
///
/// Two readers of one token must not see different claims. So it refuses what readers disagree on: a member that occurs twice, also
/// if it is escaped differently, invalid UTF-8, half a surrogate pair, a byte order mark, and anything after the value. Foundation's
/// decoder takes the first of two members and `encoding/json` of Go the last. Names of members are ASCII: Swift compares other
/// text by canonical equivalence, in which a Kelvin sign is a K.
///
/// It uses no more memory than a small multiple of the input, and time in proportion to it.
struct StrictJSON {
    static let depthLimit = 8
    /// For each object and array.
    static let elementLimit = 64

    private let bytes: [UInt8]
    private var position = 0

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// - Throws: ``TokenRefusal`` `.json` or `.duplicateMember`.
    static func object(_ bytes: [UInt8]) throws(TokenRefusal) -> JSONObject {
        var reader = StrictJSON(bytes)
        reader.skipBlanks()
        guard reader.take("{") else { throw .json }
        let object = try reader.restOfObject(depth: 1)
        reader.skipBlanks()
        guard reader.position == bytes.count else { throw .json }
        return object
    }

    private mutating func value(depth: Int) throws(TokenRefusal) -> JSONValue {
        guard depth <= Self.depthLimit, position < bytes.count else { throw .json }
        switch bytes[position] {
        case UInt8(ascii: "{"):
            position += 1
            return .object(try restOfObject(depth: depth))
        case UInt8(ascii: "["):
            position += 1
            return .array(try restOfArray(depth: depth))
        case UInt8(ascii: "\""):
            position += 1
            return .string(try restOfString())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func restOfObject(depth: Int) throws(TokenRefusal) -> JSONObject {
        var object = JSONObject()
        skipBlanks()
        if take("}") { return object }
        while true {
            skipBlanks()
            guard take("\"") else { throw .json }
            let name = try restOfString()
            guard name.utf8.allSatisfy({ $0 < 0x80 }), object.members.count < Self.elementLimit else { throw .json }
            guard object[name] == nil else { throw .duplicateMember }
            skipBlanks()
            guard take(":") else { throw .json }
            skipBlanks()
            object.members.append(JSONObject.Member(name: name, value: try value(depth: depth + 1)))
            skipBlanks()
            if take("}") { return object }
            guard take(",") else { throw .json }
        }
    }

    private mutating func restOfArray(depth: Int) throws(TokenRefusal) -> [JSONValue] {
        var elements: [JSONValue] = []
        skipBlanks()
        if take("]") { return elements }
        while true {
            guard elements.count < Self.elementLimit else { throw .json }
            skipBlanks()
            elements.append(try value(depth: depth + 1))
            skipBlanks()
            if take("]") { return elements }
            guard take(",") else { throw .json }
        }
    }

    private mutating func restOfString() throws(TokenRefusal) -> String {
        let begin = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                guard let text = String(validating: bytes[begin..<position], as: UTF8.self) else { throw .json }
                position += 1
                return text
            }
            if byte == UInt8(ascii: "\\") { return try restOfEscapedString(from: begin) }
            guard byte >= 0x20 else { throw .json }
            position += 1
        }
        throw .json
    }

    private mutating func restOfEscapedString(from begin: Int) throws(TokenRefusal) -> String {
        var plain = Array(bytes[begin..<position])
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: plain, as: UTF8.self) else { throw .json }
                return text
            case UInt8(ascii: "\\"): plain += UTF8.encode(try escaped())!
            case ..<0x20: throw .json
            default: plain.append(byte)
            }
        }
        throw .json
    }

    /// The character whose escape begins behind the backslash.
    private mutating func escaped() throws(TokenRefusal) -> Unicode.Scalar {
        guard position < bytes.count else { throw .json }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let unit = try fourDigits()
            if let scalar = Unicode.Scalar(unit) { return scalar }
            guard unit < 0xdc00, take("\\"), take("u") else { throw .json }
            let low = try fourDigits()
            guard (0xdc00..<0xe000).contains(low), let scalar = Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00)) else { throw .json }
            return scalar
        default: throw .json
        }
    }

    private mutating func fourDigits() throws(TokenRefusal) -> UInt32 {
        guard position + 4 <= bytes.count else { throw .json }
        var value: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
                value = value << 4 | UInt32(byte | 0x20 - UInt8(ascii: "a") + 10)
            default: throw .json
            }
        }
        position += 4
        return value
    }

    private mutating func number() throws(TokenRefusal) -> JSONValue {
        let begin = position
        let isNegative = take("-")
        let digits = position
        try skipDigits()
        // No zero in front of other digits.
        guard bytes[digits] != UInt8(ascii: "0") || position == digits + 1 else { throw .json }
        let endOfInteger = position
        if take(".") { try skipDigits() }
        if take("e") || take("E") {
            _ = take("+") || take("-")
            try skipDigits()
        }
        guard position == endOfInteger else { return .otherNumber }
        var value: Int64 = 0
        for byte in bytes[digits..<position] {
            let (tens, overflowsTimes) = value.multipliedReportingOverflow(by: 10)
            let digit = Int64(byte - UInt8(ascii: "0"))
            let (next, overflows) = tens.addingReportingOverflow(isNegative ? -digit : digit)
            if overflowsTimes || overflows { return .otherNumber }
            value = next
        }
        // -0 is a float.
        return value == 0 && digits > begin ? .otherNumber : .integer(value)
    }

    private mutating func skipDigits() throws(TokenRefusal) {
        let begin = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) { position += 1 }
        guard position > begin else { throw .json }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(TokenRefusal) -> JSONValue {
        let isThere = text.withUTF8Buffer { bytes[position...].starts(with: $0) }
        guard isThere else { throw .json }
        position += text.utf8CodeUnitCount
        return value
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0a, 0x0d: position += 1
            default: return
            }
        }
    }
}
