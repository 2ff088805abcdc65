import Foundation
import GRDB
import GRDBSQLite
package import ShippyCore

/// A copy of `shippy.db` as it was at one moment, made while others go on writing to it.
///
/// It is a file without a name, so nothing is left of it, however the process ends. It belongs to one thread, which it blocks.
package final class DatabaseImage {
    /// The number of rows of each kind.
    package struct Counts: Hashable, Sendable {
        package var users: Int
        package var events: Int
        package var mails: [Mail.State: Int]
        package var sessions: Int
        package var tokens: Int
        package var auditEntries: Int
    }

    /// What the database was at the moment of the copy.
    package struct Content: Hashable, Sendable {
        package var counts: Counts
        /// The last migration.
        package var schema: String
        /// In bytes.
        package var size: Int64
    }

    /// Pages copied between two looks at whether to stop: 4 MiB.
    private static let step: Int32 = 1024

    package let content: Content
    private let descriptor: Int32

    private init(_ content: Content, _ descriptor: Int32) {
        self.content = content
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Copies the database at `path` into a nameless file in `directory`.
    ///
    /// All pages are read in one transaction, which keeps nobody from writing. While it lasts, commits are not copied from the
    /// write-ahead log into the database, so it should be short: the copy is neither compressed nor synced.
    ///
    /// - Parameter progress: gets the fraction that is copied. What it throws ends the copying.
    /// - Throws: ``ShippyError`` as ``EmbeddedDatabase``; `.notFound` if there is no database.
    package static func make(of path: String, in directory: String, progress: (Double) throws -> Void) throws -> DatabaseImage {
        try withSnapshot(of: path) { source in
            let copy = "\(directory)/.shippy-image-\(UUIDv7.next())"
            let descriptor = open(copy, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw cannotCreate(in: directory) }
            var isNamed = true
            do {
                let target = try DatabaseQueue(path: copy)
                unlink(copy)
                isNamed = false
                try target.writeWithoutTransaction { target in
                    // Nobody needs half of it.
                    try target.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE")
                    try transfer(source, to: target, directory, progress)
                }
                try target.close()
                return DatabaseImage(try content(source), descriptor)
            } catch {
                if isNamed { unlink(copy) }
                close(descriptor)
                throw error
            }
        }
    }

    /// What a copy made now would have.
    package static func content(of path: String) throws -> Content {
        try withSnapshot(of: path) { try content($0) }
    }

    /// Passes all bytes in pieces.
    package func read(_ pass: (UnsafeRawBufferPointer) throws -> Void) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        var position: Int64 = 0
        while position < content.size {
            let count = pread(descriptor, buffer.baseAddress!, buffer.count, Int(position))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw ShippyError(.failed, "cannot read the copy of the database: \(String(cString: strerror(errno)))") }
            try pass(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            position += Int64(count)
        }
    }

    // MARK: Copying

    private static func withSnapshot<Value>(of path: String, _ body: (Database) throws -> Value) throws -> Value {
        guard access(path, F_OK) == 0 else {
            throw ShippyError(.notFound, "there is no database \(path): name the data directory with --home")
        }
        do {
            let source = try openSource(path)
            defer { try? source.close() }
            return try source.read { db in
                // A backup alone would end its transaction between two steps, and start over whenever somebody writes.
                _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master")
                guard try db.tableExists("stream") else {
                    // An earlier release had the events in another file.
                    throw ShippyError(.failed, "database \(path) was written by an earlier shippy: start a service of this one first")
                }
                return try body(db)
            }
        } catch {
            throw EmbeddedDatabase.translate(error, path: path)
        }
    }

    /// Under the lock of the directory, as every open.
    private static func openSource(_ path: String) throws -> DatabaseQueue {
        let directory = (path as NSString).deletingLastPathComponent
        try PrivateFile.prepareFile(DirectoryLock.path(directory))
        let lock = try DirectoryLock(directory)
        defer { extendLifetime(lock) }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        // The first read opens the log, and recovers it if necessary.
        _ = try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master") }
        return queue
    }

    private static func transfer(_ source: Database, to target: Database, _ directory: String, _ progress: (Double) throws -> Void) throws {
        guard let backup = sqlite3_backup_init(target.sqliteConnection, "main", source.sqliteConnection, "main") else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: sqlite3_extended_errcode(target.sqliteConnection)),
                message: String(cString: sqlite3_errmsg(target.sqliteConnection)))
        }
        var code = SQLITE_OK
        do {
            while code == SQLITE_OK {
                code = sqlite3_backup_step(backup, step)
                let (left, count) = (sqlite3_backup_remaining(backup), sqlite3_backup_pagecount(backup))
                if count > 0 { try progress(Double(count - left) / Double(count)) }
            }
        } catch {
            sqlite3_backup_finish(backup)
            throw error
        }
        let result = sqlite3_backup_finish(backup)
        guard code == SQLITE_DONE, result == SQLITE_OK else {
            let failure = code == SQLITE_DONE ? result : code
            // An error of reading is the source's.
            if failure & 0xff == SQLITE_FULL || failure == SQLITE_IOERR | (3 << 8) {
                throw ShippyError(.unavailable, "cannot copy the database into \(directory): the disk is full")
            }
            throw DatabaseError(resultCode: ResultCode(rawValue: failure))
        }
    }

    private static func cannotCreate(in directory: String) -> ShippyError {
        let reason = String(cString: strerror(errno))
        return errno == ENOSPC
            ? ShippyError(.unavailable, "cannot copy the database into \(directory): the disk is full")
            : ShippyError(.denied, "cannot copy the database into \(directory): \(reason)")
    }

    // MARK: Counting

    private static func content(_ db: Database) throws -> Content {
        func count(_ table: String) throws -> Int {
            guard try db.tableExists(table) else { return 0 }
            return try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
        }
        var mails = Dictionary(uniqueKeysWithValues: Mail.State.allCases.map { ($0, 0) })
        if try db.tableExists("mails") {
            for row in try Row.fetchAll(db, sql: "SELECT state, count(*) FROM mails GROUP BY state") {
                if let state = Mail.State(rawValue: row[0]) { mails[state] = row[1] }
            }
        }
        let (pages, size) = (try Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0, try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
        return Content(
            counts: Counts(
                users: try count("users"), events: try count("events"), mails: mails, sessions: try count("sessions"),
                tokens: try count("api_tokens"), auditEntries: try count("audit")),
            schema: try MainSchema.migrator(earlierLog: nil).appliedMigrations(db).last ?? "", size: pages * size)
    }
}
