import Foundation
package import GRDB
import ShippyCore

/// One SQLite file in WAL mode that several processes of this machine share.
///
/// Its directory is 0700 and its files are 0600; a symbolic link, or a file that belongs to somebody else, is refused.
package final class EmbeddedDatabase: Sendable {
    package let path: String
    private let pool: DatabasePool
    private let checkpointer: Checkpointer

    /// How much a commit promises.
    package enum Durability: String, Sendable {
        /// On disk before the commit returns: survives a power cut.
        case full = "FULL"
        /// Survives the death of the process, not a power cut.
        case process = "OFF"
    }

    /// Opens the file, making it when it is missing, and brings its tables up to date.
    ///
    /// - Throws: ``ShippyError`` `.denied` for a file or directory that is not ours, `.unavailable` for one that cannot be
    ///   written, `.failed` for a damaged database.
    package init(path: String, durability: Durability, readers: Int = 3, migrator: DatabaseMigrator) throws {
        self.path = path
        let directory = (path as NSString).deletingLastPathComponent
        try PrivateFile.prepareDirectory(directory)
        try PrivateFile.prepareFile(path)
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = readers
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA synchronous = \(durability.rawValue); PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4000")
        }
        let checkpointer = Checkpointer(path: path)
        self.checkpointer = checkpointer
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            pool.writeWithoutTransaction { checkpointer.attach(to: $0) }
            try migrator.migrate(pool)
            // SQLite syncs the directory only in the process that made the log, and that one may have died before.
            if durability == .full { try DirectorySync.syncWithName(directory) }
            if try pool.read({ try migrator.hasBeenSuperseded($0) }) {
                throw ShippyError(.failed, "database \(path) was written by a newer shippy: update this one, or use another --home")
            }
        } catch {
            throw Self.translate(error, path: path)
        }
    }

    /// Runs `body` in an immediate transaction, on a thread of its own queue.
    package func write<Value: Sendable>(_ body: @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await pool.write(body)
        } catch {
            throw Self.translate(error, path: path)
        }
    }

    /// Runs `body` on a snapshot, beside writers.
    package func read<Value: Sendable>(_ body: @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await pool.read(body)
        } catch {
            throw Self.translate(error, path: path)
        }
    }

    /// Writes and takes back a little, so that a full disk or a read-only file shows.
    package func probe() async throws -> String {
        try await write { db in
            try db.execute(sql: "CREATE TABLE IF NOT EXISTS probe(id INTEGER PRIMARY KEY, at INTEGER)")
            try db.execute(
                sql: "INSERT INTO probe(id, at) VALUES (1, ?) ON CONFLICT(id) DO UPDATE SET at = excluded.at", arguments: [Timestamp.now.milliseconds]
            )
        }
        return try await read { try "SQLite " + String.fetchOne($0, sql: "SELECT sqlite_version()")! }
    }

    package func close() {
        // Closing fails only while a statement runs; the files are safe then, too, and the process is about to end.
        try? pool.close()
    }

    private static func translate(_ error: any Error, path: String) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        let reason = error.message ?? error.resultCode.description
        return switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            ShippyError(.failed, "database \(path) is damaged (\(reason)): move it away or restore a copy of it")
        case .SQLITE_FULL:
            ShippyError(.unavailable, "cannot write \(path): the disk is full", retryAfter: .seconds(5))
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            ShippyError(.unavailable, "database \(path) is busy: another process has held its lock for 5 s", retryAfter: .seconds(1))
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_IOERR, .SQLITE_PERM, .SQLITE_AUTH:
            ShippyError(.unavailable, "cannot use database \(path): \(reason)", retryAfter: .seconds(5))
        default:
            ShippyError(.failed, "database \(path): \(error.resultCode): \(reason)")
        }
    }
}

extension DatabaseMigrator {
    /// One numbered step of plain SQL.
    package mutating func register(_ name: String, sql: String) {
        registerMigration(name) { try $0.execute(sql: sql) }
    }
}
