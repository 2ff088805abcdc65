import NIOCore

/// gRPC's framing of messages: one byte for compression, four bytes of length, and the message.
enum MessageFraming {
    static let prefixLength = 5

    /// The length in the first message's prefix; nil until the prefix is complete.
    static func announcedLength(_ buffer: ByteBuffer) -> Int? {
        buffer.getInteger(at: buffer.readerIndex + 1, as: UInt32.self).map(Int.init)
    }

    static func isCompressed(_ buffer: ByteBuffer) -> Bool {
        buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) != 0
    }

    static func append(_ message: [UInt8], to buffer: inout ByteBuffer) {
        buffer.reserveCapacity(minimumWritableBytes: prefixLength + message.count)
        buffer.writeInteger(UInt8(0))
        buffer.writeInteger(UInt32(message.count))
        buffer.writeBytes(message)
    }
}
