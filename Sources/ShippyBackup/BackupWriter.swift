import Crypto
import Foundation
import ShippyCore

/// Writes a backup: a tar archive, compressed with Zstandard. It begins with the manifest and ends with the SHA-256 of every part.
///
/// It belongs to one thread.
package final class BackupWriter {
    static let manifestName = "manifest.json"
    static let digestsName = "SHA256SUMS"

    private let stream: ZstdCompressor
    private let time: Int64
    /// The parts still to be written.
    private var parts: ArraySlice<BackupManifest.Part>
    private var digests: [(name: String, digest: SHA256.Digest)] = []

    /// - Parameter sink: takes the compressed bytes.
    package init(_ manifest: BackupManifest, to sink: @escaping (UnsafeRawBufferPointer) throws -> Void) throws {
        stream = try ZstdCompressor(to: sink)
        time = (manifest.time?.milliseconds ?? 0) / 1000
        parts = manifest.parts[...]
        let bytes = try manifest.encoded()
        try write(Self.manifestName, size: Int64(bytes.count)) { try bytes.withUnsafeBytes($0) }
    }

    /// Writes the next part of the manifest.
    /// - Parameter content: passes all of it, in pieces.
    package func writePart(_ content: (_ pass: (UnsafeRawBufferPointer) throws -> Void) throws -> Void) throws {
        guard let part = parts.popFirst() else { preconditionFailure("all parts are written") }
        try write(part.name, size: part.size, content)
    }

    package func finish() throws {
        precondition(parts.isEmpty, "a part is missing")
        let text = [UInt8](Self.sums(digests).utf8)
        try write(Self.digestsName, size: Int64(text.count)) { try text.withUnsafeBytes($0) }
        for _ in 0..<2 { try TarHeader.end.withUnsafeBytes(stream.write) }
        try stream.finish()
    }

    private func write(_ name: String, size: Int64, _ content: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void) throws {
        try TarHeader(name: name, size: size).encoded(time: time).withUnsafeBytes(stream.write)
        var hash = SHA256()
        var count: Int64 = 0
        try content { bytes in
            count += Int64(bytes.count)
            guard count <= size else { throw ShippyError(.failed, "\(name) has grown while it was written") }
            hash.update(bufferPointer: bytes)
            try stream.write(bytes)
        }
        guard count == size else { throw ShippyError(.failed, "\(name) has become shorter while it was written") }
        try TarHeader.end.prefix(TarHeader.padding(after: size)).withUnsafeBytes(stream.write)
        digests.append((name, hash.finalize()))
    }

    /// What `sha256sum --check` reads.
    static func sums(_ digests: [(name: String, digest: SHA256.Digest)]) -> String {
        digests.map { item in
            item.digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined() + "  \(item.name)\n"
        }.joined()
    }
}
