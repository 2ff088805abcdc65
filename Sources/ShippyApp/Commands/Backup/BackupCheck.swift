import EmbeddedEngines
import Foundation
import ShippyBackup
import ShippyCore

/// Reads a whole backup, and checks everything in it.
struct BackupCheck: Sendable {
    let file: String

    /// - Throws: ``ShippyError`` `.invalid` for a backup that is not whole, `.failed` for a damaged database in it.
    func run() async throws -> ShownBackup {
        let input = try BackupInput(file)
        return try await StoppableWork.run("backup", onStop: { input.interrupt() }) { work in
            let reader = try input.reader(work)
            let directory = try Self.makeDirectory()
            defer { try? FileManager.default.removeItem(atPath: directory) }
            let database = "\(directory)/\(BackupRun.part)"
            let copy = try NewFile(database, replaces: false)
            try reader.readParts { _, bytes in
                try work.check()
                try copy.write(bytes)
            }
            try copy.finish()
            try RestoredDatabase.check(database, isThorough: true)
            let counts = BackupManifest.Counts(try DatabaseImage.content(of: database).counts)
            guard counts == reader.manifest.counts else {
                throw BackupFault.damaged(input.name, "the database does not have as many rows as its manifest says")
            }
            return ShownBackup(file: file, manifest: reader.manifest, bytes: nil)
        }
    }

    /// Where a file of any size may be for a while.
    private static func makeDirectory() throws -> String {
        let parent = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/var/tmp"
        var template = Array("\(parent)/shippy-verify-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw ShippyError(.denied, "cannot create a directory in \(parent): \(String(cString: strerror(errno))); set TMPDIR to another one")
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
