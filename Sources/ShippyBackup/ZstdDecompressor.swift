import CZstd
import ShippyCore

/// Decompresses a stream of one Zstandard frame.
///
/// It belongs to one thread.
final class ZstdDecompressor {
    private let context: OpaquePointer
    /// The backup's name, for messages.
    private let name: String
    private let source: (Int) throws -> [UInt8]
    private var input: [UInt8] = []
    private var position = 0
    /// The bytes of the magic number that have been seen.
    private var seen = 0
    private var isFrameRead = false

    /// What every frame begins with.
    private static let magic: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd]

    /// - Parameter source: returns at most the given number of bytes; none at the end.
    init(name: String, from source: @escaping (Int) throws -> [UInt8]) throws {
        guard let context = ZSTD_createDCtx() else { throw ShippyError(.failed, "cannot decompress: there is not enough memory") }
        self.context = context
        self.name = name
        self.source = source
    }

    deinit { ZSTD_freeDCtx(context) }

    /// Fills the buffer.
    /// - Throws: ``ShippyError`` `.invalid` if the stream is foreign, damaged or cut short, or ends earlier.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws {
        var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
        while output.pos < output.size {
            guard !isFrameRead else { throw BackupFault.damaged(name, "it ends too early") }
            try step(&output)
        }
    }

    func read(count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            try read(into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]))
            initialized = count
        }
    }

    /// Reads the end of the frame, which has its checksum.
    /// - Throws: as above, and if anything follows.
    func finish() throws {
        var byte: UInt8 = 0
        while !isFrameRead {
            try withUnsafeMutableBytes(of: &byte) { room in
                var output = ZSTD_outBuffer(dst: room.baseAddress, size: 1, pos: 0)
                try step(&output)
                guard output.pos == 0 else { throw BackupFault.damaged(name, "something follows its end") }
            }
        }
        guard position == input.count, try source(1).isEmpty else { throw BackupFault.damaged(name, "something follows its end") }
    }

    private func step(_ output: inout ZSTD_outBuffer) throws {
        if position == input.count {
            input = try source(ZSTD_DStreamInSize())
            position = 0
            guard !input.isEmpty else { throw BackupFault.cutShort(name) }
            let begin = input.prefix(Self.magic.count - seen)
            guard begin.elementsEqual(Self.magic[seen..<seen + begin.count]) else { throw BackupFault.foreign(name) }
            seen += begin.count
        }
        let code = input.withUnsafeBytes { bytes in
            var rest = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: position)
            defer { position = rest.pos }
            return ZSTD_decompressStream(context, &output, &rest)
        }
        guard ZSTD_isError(code) == 0 else { throw BackupFault.damaged(name, "its content is not what was written") }
        isFrameRead = code == 0
    }
}
