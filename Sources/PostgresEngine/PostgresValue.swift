/// A parameter of a statement. It is sent in PostgreSQL's binary format, and never becomes part of the SQL.
enum PostgresValue: Sendable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
    case integers([Int64])
    case optionalIntegers([Int64?])
    case texts([String])
    case optionalTexts([String?])
    case byteStrings([[UInt8]])

    static func optional(_ text: String?) -> PostgresValue { text.map(PostgresValue.text) ?? .null }

    /// The OIDs of types, from `pg_type.dat`.
    private enum ObjectID {
        static let bytea: UInt32 = 17
        static let int8: UInt32 = 20
        static let text: UInt32 = 25
        static let byteaArray: UInt32 = 1001
        static let textArray: UInt32 = 1009
        static let int8Array: UInt32 = 1016
    }

    var typeID: UInt32 {
        switch self {
        case .null, .text: ObjectID.text
        case .integer: ObjectID.int8
        case .bytes: ObjectID.bytea
        case .integers, .optionalIntegers: ObjectID.int8Array
        case .texts, .optionalTexts: ObjectID.textArray
        case .byteStrings: ObjectID.byteaArray
        }
    }

    /// The value in binary format; nil for NULL.
    var encoded: [UInt8]? {
        switch self {
        case .null: nil
        case .integer(let value): Self.bigEndian(value)
        case .text(let value): Array(value.utf8)
        case .bytes(let value): value
        case .integers(let values): Self.array(of: ObjectID.int8, values.map(Self.bigEndian))
        case .optionalIntegers(let values): Self.array(of: ObjectID.int8, values.map { $0.map(Self.bigEndian) })
        case .texts(let values): Self.array(of: ObjectID.text, values.map { Array($0.utf8) })
        case .optionalTexts(let values): Self.array(of: ObjectID.text, values.map { $0.map { Array($0.utf8) } })
        case .byteStrings(let values): Self.array(of: ObjectID.bytea, values)
        }
    }

    /// An array of one dimension, counted from 1: a header of five numbers, then each element after its length, which is -1 for
    /// NULL.
    private static func array(of element: UInt32, _ values: [[UInt8]?]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(20 + values.reduce(0) { $0 + 4 + ($1?.count ?? 0) })
        for number in [1, 1, Int32(bitPattern: element), Int32(values.count), 1] { bytes += bigEndian(number) }
        for value in values {
            bytes += bigEndian(value.map { Int32($0.count) } ?? -1)
            if let value { bytes += value }
        }
        return bytes
    }

    private static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
}
