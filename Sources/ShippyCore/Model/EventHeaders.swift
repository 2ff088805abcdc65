import Glibc

/// An event's headers, in order, in the wire format of NATS: `Name: value` lines ended by CR LF.
///
/// The block stays unparsed until a header is read, because a replay passes on far more events than anyone inspects.
package struct EventHeaders: Hashable, Sendable {
    package private(set) var block: [UInt8]

    package init(block: [UInt8] = []) {
        self.block = block
    }

    /// Encodes `headers`. CR and LF in a value become spaces, so a value cannot add a header.
    package init(_ headers: [(name: String, value: String)]) {
        block = []
        block.reserveCapacity(headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 })
        for (name, value) in headers { append(name, value) }
    }

    package mutating func append(_ name: String, _ value: String) {
        block.append(contentsOf: name.utf8)
        block.append(UInt8(ascii: ":"))
        block.append(UInt8(ascii: " "))
        for byte in value.utf8 { block.append(byte == 13 || byte == 10 ? 32 : byte) }
        block.append(13)
        block.append(10)
    }

    /// The value of the first header with this name, ignoring case.
    package subscript(name: String) -> String? {
        var found: String?
        forEach { candidate, value in
            if found == nil, candidate.count == name.utf8.count, candidate.elementsEqual(name.utf8, by: { $0 | 0x20 == $1 | 0x20 }) {
                found = String(decoding: value, as: UTF8.self)
            }
        }
        return found
    }

    /// Calls `body` with the name and value of each header, in order.
    package func forEach(_ body: (_ name: Slice<UnsafeBufferPointer<UInt8>>, _ value: Slice<UnsafeBufferPointer<UInt8>>) -> Void) {
        block.withUnsafeBufferPointer { bytes in
            var start = 0
            while start < bytes.count {
                let end = Self.index(of: 13, in: bytes, from: start, to: bytes.count) ?? bytes.count
                if let colon = Self.index(of: UInt8(ascii: ":"), in: bytes, from: start, to: end) {
                    var value = colon + 1
                    while value < end, bytes[value] == 32 { value += 1 }
                    body(bytes[start..<colon], bytes[value..<end])
                }
                start = end + 2
            }
        }
    }

    private static func index(of byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Int? {
        guard start < end, let base = bytes.baseAddress else { return nil }
        return memchr(base + start, Int32(byte), end - start).map { base.distance(to: $0.assumingMemoryBound(to: UInt8.self)) }
    }

    /// Names and values as text, in order.
    package var pairs: [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        forEach { pairs.append((String(decoding: $0, as: UTF8.self), String(decoding: $1, as: UTF8.self))) }
        return pairs
    }
}
