import Crypto
import ShippyCore

/// Reads a backup that ``BackupWriter`` has written. Nothing that it returns is certain before ``readParts(_:)`` has returned.
///
/// It belongs to one thread.
package final class BackupReader {
    private static let pieceSize = 1 << 20

    package let manifest: BackupManifest
    private let name: String
    private let stream: ZstdDecompressor
    private var digests: [(name: String, digest: SHA256.Digest)]

    /// Reads the manifest.
    ///
    /// - Parameters:
    ///   - name: the backup's, for messages.
    ///   - source: returns at most the given number of bytes; none at the end.
    /// - Throws: ``ShippyError`` `.invalid` for what is no backup, or one of a newer format; and what `source` throws.
    package init(name: String, from source: @escaping (Int) throws -> [UInt8]) throws {
        self.name = name
        stream = try ZstdDecompressor(name: name, from: source)
        guard let header = TarHeader(try stream.read(count: TarHeader.blockSize)), header.name == BackupWriter.manifestName,
            header.size <= BackupManifest.limit
        else { throw BackupFault.foreign(name) }
        var bytes: [UInt8] = []
        let digest = try Self.content(header, stream) { bytes += $0 }
        digests = [(header.name, digest)]
        manifest = try BackupManifest.decode(bytes, name: name)
    }

    /// Reads everything to the end, and checks all digests.
    ///
    /// - Parameter take: gets the parts in pieces, in the order of the manifest.
    /// - Throws: ``ShippyError`` `.invalid` if anything is missing, added or different; and what `take` throws.
    package func readParts(_ take: (_ part: BackupManifest.Part, _ bytes: UnsafeRawBufferPointer) throws -> Void) throws {
        for part in manifest.parts {
            let header = try nextHeader()
            guard header == TarHeader(name: part.name, size: part.size) else {
                throw BackupFault.damaged(name, "it does not have the parts of its manifest")
            }
            digests.append((part.name, try Self.content(header, stream) { try take(part, $0) }))
        }
        let sums = BackupWriter.sums(digests)
        let header = try nextHeader()
        guard header == TarHeader(name: BackupWriter.digestsName, size: Int64(sums.utf8.count)) else {
            throw BackupFault.damaged(name, "it does not end with its digests")
        }
        var found: [UInt8] = []
        _ = try Self.content(header, stream) { found += $0 }
        guard found.elementsEqual(sums.utf8) else { throw BackupFault.damaged(name, "a digest is wrong") }
        guard try stream.read(count: 2 * TarHeader.blockSize).allSatisfy({ $0 == 0 }) else {
            throw BackupFault.damaged(name, "something follows its end")
        }
        try stream.finish()
    }

    private func nextHeader() throws -> TarHeader {
        guard let header = TarHeader(try stream.read(count: TarHeader.blockSize)) else {
            throw BackupFault.damaged(name, "it does not have the parts of its manifest")
        }
        return header
    }

    private static func content(
        _ header: TarHeader, _ stream: ZstdDecompressor, _ take: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> SHA256.Digest {
        var hash = SHA256()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceSize, alignment: 16)
        defer { buffer.deallocate() }
        var left = header.size
        while left > 0 {
            let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(min(left, Int64(pieceSize)))])
            try stream.read(into: piece)
            hash.update(bufferPointer: UnsafeRawBufferPointer(piece))
            try take(UnsafeRawBufferPointer(piece))
            left -= Int64(piece.count)
        }
        _ = try stream.read(count: TarHeader.padding(after: header.size))
        return hash.finalize()
    }
}
