import NIOCore

/// Tracks where HTTP/2 frames begin and end in a client's bytes, without parsing their contents.
struct FrameBoundary {
    private enum Kind {
        static let headers: UInt8 = 1
        static let continuation: UInt8 = 9
    }

    private static let prefaceLength = 24
    private static let headLength = 9
    private static let endHeaders: UInt8 = 4

    /// The number of complete frames. The preface counts as one, and so does a block of headers.
    private(set) var count = 0
    /// The bytes still to come of a frame's content, or of the preface.
    private var rest = Self.prefaceLength
    private var headBytes = 0
    private var length = 0
    private var kind: UInt8 = 0
    private var flags: UInt8 = 0
    /// Whether a block of headers continues in further frames.
    private var isBlockOpen = false

    /// Whether a frame, a block of headers or the preface is incomplete.
    var isInside: Bool { rest > 0 || headBytes > 0 || isBlockOpen }

    mutating func take(_ buffer: ByteBuffer) {
        buffer.withUnsafeReadableBytes { bytes in
            var index = 0
            while index < bytes.count {
                if rest > 0 {
                    let part = min(rest, bytes.count - index)
                    rest -= part
                    index += part
                    if rest == 0, !isBlockOpen { count += 1 }
                } else {
                    takeHead(bytes[index])
                    index += 1
                }
            }
        }
    }

    private mutating func takeHead(_ byte: UInt8) {
        switch headBytes {
        case 0: length = Int(byte)
        case 1, 2: length = length << 8 | Int(byte)
        case 3: kind = byte
        case 4: flags = byte
        default: break
        }
        headBytes += 1
        guard headBytes == Self.headLength else { return }
        headBytes = 0
        rest = length
        if kind == Kind.headers || kind == Kind.continuation { isBlockOpen = flags & Self.endHeaders == 0 }
        if rest == 0, !isBlockOpen { count += 1 }
    }
}
