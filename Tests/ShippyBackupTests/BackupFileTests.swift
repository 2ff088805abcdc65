import Foundation
import ShippyCore
import Testing

@testable import ShippyBackup

@Suite struct BackupFileTests {
    private static func manifest(_ sizes: [Int], format: Int = BackupManifest.currentFormat) -> BackupManifest {
        var manifest = BackupManifest(
            shippy: "9.9.9", createdAt: Timestamp(milliseconds: 1_767_323_045_678), store: "sqlite", bus: "embedded", schema: "11",
            counts: BackupManifest.Counts(users: 3, events: 4, mails: ["queued": 1], sessions: 2, tokens: 0, auditEntries: 5),
            parts: sizes.enumerated().map { BackupManifest.Part(name: "part-\($0.offset)", size: Int64($0.element)) })
        manifest.format = format
        return manifest
    }

    private static func content(_ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 5 ^ $0) }
    }

    private static func written(_ sizes: [Int], format: Int = BackupManifest.currentFormat) throws -> [UInt8] {
        var bytes: [UInt8] = []
        let writer = try BackupWriter(manifest(sizes, format: format)) { bytes += $0 }
        for size in sizes {
            try writer.writePart { pass in
                let content = content(size)
                for start in stride(from: 0, to: size, by: 70_000) { try content[start..<min(start + 70_000, size)].withUnsafeBytes(pass) }
            }
        }
        try writer.finish()
        return bytes
    }

    /// - Parameter piece: how many bytes the source has at once.
    private static func read(_ bytes: [UInt8], piece: Int = .max) throws -> (BackupManifest, [[UInt8]]) {
        var position = 0
        let reader = try BackupReader(name: "it") { limit in
            let end = min(bytes.count, position + min(piece, limit))
            defer { position = end }
            return Array(bytes[position..<end])
        }
        var parts = reader.manifest.parts.map { _ in [UInt8]() }
        try reader.readParts { part, bytes in
            let index = reader.manifest.parts.firstIndex { $0.name == part.name }!
            parts[index] += bytes
        }
        return (reader.manifest, parts)
    }

    private static func failure(_ bytes: [UInt8]) -> ShippyError? {
        do {
            _ = try read(bytes)
            return nil
        } catch {
            return error as? ShippyError
        }
    }

    @Test(arguments: [[0], [1], [511], [512], [513], [3_000_000, 0, 700]], [1000, Int.max])
    func whatIsWrittenIsRead(sizes: [Int], piece: Int) throws {
        let (manifest, parts) = try Self.read(try Self.written(sizes), piece: piece)
        #expect(manifest == Self.manifest(sizes))
        #expect(parts == sizes.map(Self.content))
    }

    @Test func aBackupIsReadByteByByte() throws {
        #expect(try Self.read(try Self.written([1500]), piece: 1).1 == [Self.content(1500)])
    }

    @Test func everyCutIsNoticed() throws {
        let whole = try Self.written([1500])
        for count in 0..<whole.count {
            let error = Self.failure(Array(whole[..<count]))
            #expect(
                error?.code == .invalid && error?.message.contains("cut short") == true, "\(count) of \(whole.count): \(String(describing: error))")
        }
    }

    /// One bit of a frame's header means nothing: then everything is as it was.
    @Test func everyChangedBitIsNoticed() throws {
        let whole = try Self.written([1500])
        let original = try Self.read(whole)
        for position in whole.indices {
            for bit in 0..<8 {
                var changed = whole
                changed[position] ^= 1 << bit
                do {
                    let found = try Self.read(changed)
                    #expect(found == original, "bit \(bit) of byte \(position)")
                } catch let error as ShippyError {
                    #expect(error.code == .invalid)
                }
            }
        }
    }

    @Test(arguments: [
        Array("a text that is longer than a header".utf8), [0x1f, 0x8b, 8, 0, 0], [0x28], [0x28, 0xb5, 0x2f, 0xfe, 0, 0, 0, 0],
    ])
    func otherFilesAreNoBackups(bytes: [UInt8]) {
        let message = Self.failure(bytes)?.message
        #expect(message?.contains(bytes.count == 1 ? "cut short" : "not a backup of shippy") == true)
    }

    @Test func anotherArchiveIsNoBackup() throws {
        var bytes: [UInt8] = []
        let stream = try ZstdCompressor { bytes += $0 }
        try TarHeader(name: "other.txt", size: 0).encoded(time: 0).withUnsafeBytes(stream.write)
        try stream.finish()
        #expect(Self.failure(bytes)?.message == "it is not a backup of shippy")
    }

    @Test func aNewerFormatIsNamed() throws {
        let error = Self.failure(try Self.written([10], format: BackupManifest.currentFormat + 1))
        #expect(error?.code == .invalid)
        #expect(error?.message.contains("shippy 9.9.9 in format 2") == true)
        #expect(error?.message.contains("update") == true)
    }

    @Test func nothingMayFollow() throws {
        let whole = try Self.written([10])
        #expect(Self.failure(whole + [0])?.message.contains("something follows") == true)
        #expect(Self.failure(whole + whole)?.message.contains("something follows") == true)
    }

    /// Whatever the checksum of the compression says.
    @Test func aWrongDigestIsNoticed() throws {
        var bytes: [UInt8] = []
        let stream = try ZstdCompressor { bytes += $0 }
        func add(_ name: String, _ content: [UInt8]) throws {
            try TarHeader(name: name, size: Int64(content.count)).encoded(time: 0).withUnsafeBytes(stream.write)
            try content.withUnsafeBytes(stream.write)
            try TarHeader.end.prefix(TarHeader.padding(after: Int64(content.count))).withUnsafeBytes(stream.write)
        }
        let manifest = try Self.manifest([3]).encoded()
        try add("manifest.json", manifest)
        try add("part-0", [1, 2, 3])
        // One line for each of two files: as long as it should be.
        let zeros = String(repeating: "0", count: 64)
        try add("SHA256SUMS", Array("\(zeros)  manifest.json\n\(zeros)  part-0\n".utf8))
        for _ in 0..<2 { try TarHeader.end.withUnsafeBytes(stream.write) }
        try stream.finish()
        #expect(Self.failure(bytes)?.message.contains("a digest is wrong") == true)
    }

    @Test func aPartMustHaveTheSizeOfTheManifest() throws {
        for size in [9, 11] {
            let writer = try BackupWriter(Self.manifest([10])) { _ in }
            #expect(throws: ShippyError.self) { try writer.writePart { pass in try Self.content(size).withUnsafeBytes(pass) } }
        }
    }

    @Test(arguments: [0, 1, 1 << 33 - 1, 1 << 33, 1 << 50])
    func sizesFitATarHeader(size: Int64) throws {
        let header = TarHeader(name: "shippy.db", size: size)
        let block = header.encoded(time: 1_767_323_045)
        #expect(block.count == 512)
        #expect(TarHeader(block) == header)
        var changed = block
        changed[130] ^= 1
        #expect(TarHeader(changed) == nil)
    }
}
