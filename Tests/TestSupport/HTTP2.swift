/// Frames of HTTP/2, as bytes, for a client that does not keep to the rules (RFC 9113, RFC 7541).
package enum HTTP2 {
    package static let preface = [UInt8]("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(type: 4, stream: 0, [])

    /// A request, whole or still without its end, with further headers.
    package static func headers(stream: UInt32, path: String, isWhole: Bool, _ more: [(String, String)] = []) -> [UInt8] {
        let headers = [
            (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "x"), ("content-type", "application/grpc"), ("te", "trailers"),
        ]
        var block: [UInt8] = (headers + more).flatMap { name, value -> [UInt8] in [0] + string(name) + string(value) }
        // A frame holds 16 KiB; what is longer goes on in CONTINUATION frames.
        var bytes: [UInt8] = []
        var type: UInt8 = 1
        repeat {
            let part = Array(block.prefix(16_384))
            block.removeFirst(part.count)
            bytes += frame(type: type, flags: (block.isEmpty ? 4 : 0) | (type == 1 && isWhole ? 1 : 0), stream: stream, part)
            type = 9
        } while !block.isEmpty
        return bytes
    }

    /// That the server's settings are read.
    package static let settingsAcknowledgement = frame(type: 4, flags: 1, stream: 0, [])

    /// That nothing of a reply's message may be sent.
    package static let closedWindows = frame(type: 4, stream: 0, [0, 4, 0, 0, 0, 0])

    /// That two gigabytes may be sent, on each stream and on all of them together.
    package static let openWindows = frame(type: 4, stream: 0, [0, 4, 0x7f, 0xff, 0xff, 0xff]) + frame(type: 8, stream: 0, [0x7f, 0xff, 0, 0])

    /// A part of a message, or all of it.
    package static func data(stream: UInt32, _ bytes: [UInt8], isWhole: Bool) -> [UInt8] {
        frame(type: 0, flags: isWhole ? 1 : 0, stream: stream, bytes)
    }

    package static let ping = frame(type: 6, stream: 0, [0, 1, 2, 3, 4, 5, 6, 7])

    package static func reset(stream: UInt32) -> [UInt8] {
        frame(type: 3, stream: stream, [0, 0, 0, 8])
    }

    private static func frame(type: UInt8, flags: UInt8 = 0, stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
        let length = UInt32(payload.count)
        let head = [UInt8(length >> 16 & 255), UInt8(length >> 8 & 255), UInt8(length & 255), type, flags]
        return head + [24, 16, 8, 0].map { UInt8(stream >> $0 & 255) } + payload
    }

    /// A string literal without Huffman coding.
    private static func string(_ text: String) -> [UInt8] {
        var length = text.utf8.count
        guard length >= 127 else { return [UInt8(length)] + text.utf8 }
        var bytes: [UInt8] = [127]
        length -= 127
        while length >= 128 {
            bytes.append(UInt8(length & 127) | 128)
            length >>= 7
        }
        return bytes + [UInt8(length)] + text.utf8
    }
}
