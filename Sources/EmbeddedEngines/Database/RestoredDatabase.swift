import Foundation
import GRDB
import ShippyCore

/// Makes a copy of `shippy.db` the database of an installation of its own. All of it blocks the thread.
package enum RestoredDatabase {
    /// Checks that a file is a database of this program, or an earlier one, and undamaged.
    ///
    /// - Parameter isThorough: whether the indexes are compared with their tables, too, which takes several times as long.
    /// - Throws: ``ShippyError`` `.failed` for a damaged database, or one of a newer release.
    package static func check(_ path: String, isThorough: Bool) throws {
        try using(path) { file in
            let migrator = MainSchema.migrator(earlierLog: nil)
            if try file.read({ try migrator.hasBeenSuperseded($0) }) {
                throw ShippyError(.failed, "the database in the backup was written by a newer shippy: update this one")
            }
            guard try file.read({ try migrator.appliedMigrations($0) }).isEmpty == false else {
                throw ShippyError(.failed, "the database in the backup is not one of shippy")
            }
            let faults = try file.read { try String.fetchAll($0, sql: "PRAGMA \(isThorough ? "integrity_check" : "quick_check")(3)") }
            guard faults == ["ok"] else {
                let reasons = faults.map { $0.visiblyEscaped(limit: 200) }.joined(separator: "; ")
                throw ShippyError(.failed, "the database in the backup is damaged (\(reasons)): use an earlier backup")
            }
        }
    }

    /// Gives the copy identities that no other database has: its own, by which commands recognize their services, and the stream's, by
    /// which readers notice that it is another one. It also ends every lease at the next open: their holders work on the original.
    package static func renew(_ path: String) throws {
        try using(path) { file in
            try file.write { db in
                if try db.tableExists("engine") {
                    // Without the boot, the next open takes the machine for one that has been restarted.
                    try db.execute(sql: "UPDATE engine SET uuid = ?, boot = ''", arguments: [UUID().uuidString.lowercased()])
                }
                // The original may be moved: the copy stays.
                if try db.tableExists("moves") { try StoreFence.lift(db) }
                if try db.tableExists("stream") { try db.execute(sql: "UPDATE stream SET identity = lower(hex(randomblob(16)))") }
            }
        }
    }

    /// Puts a finished copy into a data directory, in one rename. Processes that open the directory meanwhile wait.
    ///
    /// - Throws: ``ShippyError`` `.conflict` if a database has been made there meanwhile.
    package static func install(_ copy: String, in directory: String) throws {
        // Afterwards the file alone is the whole database.
        try using(copy) { try $0.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) } }
        guard (try? FileManager.default.attributesOfItem(atPath: "\(copy)-wal")[.size] as? Int) ?? 0 == 0 else {
            throw ShippyError(.failed, "cannot finish \(copy): something else uses it")
        }
        let descriptor = open(copy, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0, fsync(descriptor) == 0 else { throw cannotWrite(copy) }
        close(descriptor)
        try PrivateFile.prepareFile(DirectoryLock.path(directory))
        let lock = try DirectoryLock(directory)
        defer { extendLifetime(lock) }
        let path = "\(directory)/shippy.db"
        for suffix in ["", "-wal"] where access(path + suffix, F_OK) == 0 {
            throw ShippyError(.conflict, "\(path + suffix) exists by now: another process has used the data directory; nothing was restored")
        }
        guard rename(copy, path) == 0 else { throw cannotWrite(path) }
        try DirectorySync.syncWithName(directory)
    }

    private static func using<Value>(_ path: String, _ body: (DatabaseQueue) throws -> Value) throws -> Value {
        do {
            let file = try DatabaseQueue(path: path)
            defer { try? file.close() }
            return try body(file)
        } catch {
            throw EmbeddedDatabase.translate(error, path: path)
        }
    }

    private static func cannotWrite(_ path: String) -> ShippyError {
        ShippyError(.unavailable, "cannot write \(path): \(String(cString: strerror(errno)))")
    }
}
