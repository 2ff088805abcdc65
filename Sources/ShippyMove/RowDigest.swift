import Crypto
import ShippyCore

/// A digest of the rows of a table, in the order of their keys, which does not depend on the engine that has them.
struct RowDigest {
    private var hash = SHA256()
    private(set) var count = 0

    mutating func add(_ page: MovedPage) {
        var bytes: [UInt8] = []
        func append(_ tag: UInt8, _ number: UInt64) {
            bytes.append(tag)
            withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        }
        for value in page.values {
            switch value {
            case .null: bytes.append(0)
            case .integer(let number): append(1, UInt64(bitPattern: number))
            case .text(let text):
                append(2, UInt64(text.utf8.count))
                bytes.append(contentsOf: text.utf8)
            case .bytes(let data):
                append(3, UInt64(data.count))
                bytes.append(contentsOf: data)
            }
        }
        hash.update(data: bytes)
        count += page.count
    }

    /// In hexadecimal digits.
    var text: String {
        hash.finalize().map { byte in byte < 16 ? "0\(String(byte, radix: 16))" : String(byte, radix: 16) }.joined()
    }
}
