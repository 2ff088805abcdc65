import Foundation
import Glibc
import TestSupport

/// A small tmpfs. Mounting needs root; where tests run as somebody else, sudo must not ask.
final class SmallDisk: Sendable {
    let path: String
    private let directory: TemporaryDirectory

    init(megabytes: Int, owner: uid_t = geteuid()) throws {
        directory = try TemporaryDirectory()
        chmod(directory.path, 0o711)
        path = directory("disk")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Self.root(["mount", "-t", "tmpfs", "-o", "size=\(megabytes)m,mode=0700,uid=\(owner)", "tmpfs", path])
    }

    deinit { try? Self.root(["umount", "-l", path]) }

    /// Takes all the space there is.
    func fill() throws {
        let file = FileHandle(forWritingAtPath: makeFiller())!
        let block = Data(repeating: 0, count: 64 * 1024)
        while (try? file.write(contentsOf: block)) != nil {}
        for _ in 0..<64 { try? file.write(contentsOf: block.prefix(1024)) }
        try file.close()
    }

    func free() throws { try FileManager.default.removeItem(atPath: "\(path)/filler") }

    private func makeFiller() -> String {
        _ = FileManager.default.createFile(atPath: "\(path)/filler", contents: nil)
        return "\(path)/filler"
    }

    private static func root(_ command: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = (geteuid() == 0 ? [] : ["sudo", "-n"]) + command
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw NeverHappened(description: "\(command) failed: tests of a full disk need root") }
    }
}
