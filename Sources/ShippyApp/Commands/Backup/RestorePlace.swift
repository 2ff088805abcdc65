import Foundation
import ShippyCore

/// The data directory that a backup is restored into.
struct RestorePlace: Sendable {
    /// What people put there before the first start.
    private static let kept: Set<String> = ["secret", "config.yaml", "templates", "tls", ".lock", stagingName]
    private static let stagingName = ".restore"
    /// The most names in a message.
    private static let shown = 5

    let home: String

    /// Where everything is prepared. It is on the same file system as the directory itself.
    var staging: String { "\(home)/\(Self.stagingName)" }
    var stagedDatabase: String { "\(staging)/\(BackupRun.part)" }
    var secret: String { "\(home)/secret" }

    /// Refuses a directory with anything that a restore would overwrite or mix with. Makes nothing.
    /// - Throws: ``ShippyError`` `.conflict` with the names, or as ``PrivateFile/checkPreparable(_:)``.
    func check() throws {
        try PrivateFile.checkPreparable(home)
        guard FileManager.default.fileExists(atPath: home) else { return }
        let names = try FileManager.default.contentsOfDirectory(atPath: home).filter { !Self.kept.contains($0) }.sorted()
        guard !names.isEmpty else { return }
        // Without the files that SQLite has beside a database, unless there is nothing else.
        let own = names.filter { !$0.contains(".db-") }
        let told = own.isEmpty ? names : own
        let list = told.prefix(Self.shown).map { $0.visiblyEscaped(limit: 60) }.joined(separator: ", ")
        let more = told.count > Self.shown ? " and \(told.count - Self.shown) more" : ""
        throw ShippyError(
            .conflict, "data directory \(home) is not empty, it has \(list)\(more): restore into another one with --home, or move them away")
    }

    /// Makes the directory and an empty one for the preparation. What a restore that died has left is removed.
    ///
    /// - Returns: a lock that keeps other restores out.
    func prepare() throws -> FileLock {
        try PrivateFile.prepareDirectory(home)
        try PrivateFile.prepareDirectory(staging)
        let lock = try FileLock(staging, within: .zero, busy: "another restore into \(home) is running")
        try check()
        for name in try FileManager.default.contentsOfDirectory(atPath: staging) { try FileManager.default.removeItem(atPath: "\(staging)/\(name)") }
        return lock
    }

    func removeStaging() {
        // What is left is removed by the next restore.
        try? FileManager.default.removeItem(atPath: staging)
    }
}
