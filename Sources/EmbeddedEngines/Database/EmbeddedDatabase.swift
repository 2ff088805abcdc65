import CLogFile
import Foundation
package import GRDB
import GRDBSQLite
import Glibc
import ShippyCore
import Synchronization

/// A SQLite file in WAL mode that several processes of this machine share.
///
/// Its directory has mode 0700 and its files 0600. A symbolic link, or another user's file, is refused.
package final class EmbeddedDatabase: Sendable {
    package let path: String
    let durability: Durability
    /// Times the leases and due times of this database.
    package let clock: EmbeddedClock
    private let pool: DatabasePool
    private let writer: DatabaseWriter
    /// Whether commits are written to the log in large pieces.
    let gathersLog: Bool
    private let sharing = Mutex(Sharing())

    private struct Sharing {
        /// The engines that use this database.
        var engines = 0
        var isClosed = false
        var signals: [EmbeddedSignal: ChangeSignal] = [:]
    }

    /// What a commit promises. Under either, a power cut does not damage the database.
    package enum Durability: String, Sendable {
        /// On disk before the commit returns: survives a power cut.
        case full = "FULL"
        /// Survives the death of the process. A power cut may undo the latest commits, but none before a commit that it keeps.
        case process = "NORMAL"

        /// The value of `PRAGMA synchronous`.
        var number: Int {
            switch self {
            case .full: 2
            case .process: 1
            }
        }
    }

    /// How long a client waits for a disk that does not respond.
    static let patience = Duration.seconds(30)
    /// How long an open may take while other processes open, close or recover the same file.
    private static let openLimit = Duration.seconds(20)

    /// Opens the file, creating it if it is missing, and migrates it to the current schema. Processes that share a directory do
    /// this one after another.
    ///
    /// - Parameter onNewBoot: runs in a transaction if the machine has rebooted since the file was used, to end the leases from
    ///   before the reboot, whose holders are gone.
    /// - Throws: ``ShippyError`` `.denied` for another user's file or directory, `.unavailable` for a file that cannot be
    ///   written, `.failed` for a damaged database or one of a newer release.
    package convenience init(
        path: String, durability: Durability, readers: Int = 3, migrator: DatabaseMigrator,
        onNewBoot: (Database, EngineTime) throws -> Void = { _, _ in }
    ) throws {
        try self.init(
            path: path, durability: durability, readers: readers,
            bringUpToDate: { pool in
                try Self.refuseNewer(pool, than: migrator, path: path)
                try migrator.migrate(pool)
            }, onNewBoot: onNewBoot)
    }

    /// Opens the file for users, mails and events.
    ///
    /// - Parameter earlierLog: where an earlier release kept the events of this file's users. They are moved into this file.
    /// - Throws: as above; `.unavailable` while a process of that release runs.
    package convenience init(main path: String, takingOver earlierLog: String? = nil) throws {
        try self.init(
            path: path, durability: .full, readers: 3,
            bringUpToDate: { try MainSchema.bringUpToDate($0, path: path, earlierLog: earlierLog) }, onNewBoot: MainSchema.endLeases)
    }

    private init(
        path: String, durability: Durability, readers: Int, bringUpToDate: (DatabasePool) throws -> Void,
        onNewBoot: (Database, EngineTime) throws -> Void
    ) throws {
        self.path = path
        self.durability = durability
        let parent = (path as NSString).deletingLastPathComponent
        let directory = parent.isEmpty ? "." : parent
        try PrivateFile.prepareDirectory(directory)
        try PrivateFile.prepareFile(DirectoryLock.path(directory))
        let lock = try DirectoryLock(directory)
        try PrivateFile.prepareFile(path)
        let checkpointer = Checkpointer(path: path, durability: durability)
        do {
            pool = try Self.openPool(path: path, durability: durability, readers: readers)
            pool.writeWithoutTransaction { checkpointer.attach(to: $0) }
            try bringUpToDate(pool)
            clock = try EmbeddedClock.open(pool, onNewBoot: onNewBoot)
            // Only for commits that sync: gathered pages must be in the file before other processes are told of the commit.
            gathersLog = durability == .full && pool.writeWithoutTransaction { shippy_gather_log($0.sqliteConnection) } == 1
            // SQLite syncs the directory only in the process that creates the log, and that process may have died before.
            if durability == .full { try DirectorySync.syncWithName(directory) }
        } catch {
            throw Self.translate(error, path: path)
        }
        writer = DatabaseWriter(pool, path: path, checkpointer: checkpointer, clock: clock) { Self.translate($0, path: path) }
        extendLifetime(lock)
    }

    deinit {
        // Does not wait: this may be the writer thread, dropping its last job.
        writer.end()
    }

    static func refuseNewer(_ pool: DatabasePool, than migrator: DatabaseMigrator, path: String) throws {
        if try pool.read({ try migrator.hasBeenSuperseded($0) }) {
            throw ShippyError(.failed, "database \(path) was written by a newer shippy: update this one, or use another --home")
        }
    }

    private static func openPool(path: String, durability: Durability, readers: Int) throws -> DatabasePool {
        // If this fails, everything works, but slower.
        _ = shippy_add_log_layer()
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = readers
        configuration.prepareDatabase { db in
            // Overwrites deleted data, such as password hashes. Only some builds of SQLite do so by default.
            try db.execute(sql: "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4000; PRAGMA secure_delete = ON")
        }
        let deadline = ContinuousClock.now + openLimit
        let backoff = Backoff(base: .milliseconds(5), cap: .milliseconds(200))
        var attempts = 0
        while true {
            do {
                let pool = try DatabasePool(path: path, configuration: configuration)
                // After opening, because GRDB sets NORMAL when it enables WAL mode.
                try pool.writeWithoutTransaction { try $0.setDurability(durability) }
                return pool
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && ContinuousClock.now < deadline {
                // Enabling WAL mode, or recovering the log, fails on the locks of other processes instead of waiting.
                attempts += 1
                usleep(UInt32(backoff.delay(attempt: attempts).milliseconds) * 1000)
            }
        }
    }

    /// Identifies this database. A copy of the file has a different identity, and so has a file moved to another file system. It
    /// ends with the description of the file's ``FileIdentity``.
    package func identity() async throws -> String {
        guard let file = FileIdentity(path) else {
            throw ShippyError(.unavailable, "cannot use database \(path): \(String(cString: strerror(errno)))", retryAfter: .seconds(5))
        }
        return try await "\(uuid())-\(file)"
    }

    /// Created with the database. Copies have the same one.
    private func uuid() async throws -> String {
        try await read { try String.fetchOne($0, sql: "SELECT uuid FROM engine")! }
    }

    /// Runs `body` in a transaction that other calls may share, and returns after the commit. If `body` throws, its own changes
    /// are undone and no others. Cancelling the task does not end the wait.
    package func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { writer.submit(.call(body, $0)) }
    }

    /// Collects items of one kind: see ``GatheredWrite``.
    func gather<Item: Sendable, Outcome: Sendable>(
        patience: Duration = patience, afterCommit: @escaping @Sendable () -> Void,
        _ body: @escaping @Sendable ([Item], Database) throws -> [Outcome]
    ) -> GatheredWrite<Item, Outcome> {
        GatheredWrite(writer, patience: patience, afterCommit: afterCommit, body: body)
    }

    /// Like ``write(_:)``, for a write that a client waits for.
    /// - Throws: also `.unavailable` when the disk does not respond within `patience`; the write continues.
    func boundedWrite<Value: Sendable>(
        patience: Duration = patience, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await Task { try await write(body) }.value(within: patience, orElse: ShippyError.outcomeUnknown(after: patience))
    }

    /// Writes what an engine needs when it is opened, on the caller's thread.
    ///
    /// - Parameter isNeeded: checked first, so that nobody waits for a writer without need.
    /// - Returns: whether it was needed.
    func writeWhileOpening(if isNeeded: (Database) throws -> Bool, _ body: (Database) throws -> Void) throws -> Bool {
        do {
            guard try pool.read(isNeeded) else { return false }
            return try pool.write { db in
                // Another process may have been faster.
                guard try isNeeded(db) else { return false }
                try body(db)
                return true
            }
        } catch {
            throw Self.translate(error, path: path)
        }
    }

    /// Reads what an engine needs when it is opened, on the caller's thread.
    func readWhileOpening<Value>(_ body: (Database) throws -> Value) throws -> Value {
        do {
            return try pool.read(body)
        } catch {
            throw Self.translate(error, path: path)
        }
    }

    /// A signal of this database, to all processes that share it. Created on first use.
    func signal(_ signal: EmbeddedSignal) throws -> ChangeSignal {
        try sharing.withLock { sharing in
            if let known = sharing.signals[signal] { return known }
            let new = try ChangeSignal(path: "\(path)-\(signal.rawValue)-changed")
            sharing.signals[signal] = new
            return new
        }
    }

    /// Counts one more engine that uses this database. The engine must call ``close()``.
    func join() { sharing.withLock { $0.engines += 1 } }

    /// Runs `body` on a snapshot, concurrently with writers.
    package func read<Value: Sendable>(_ body: @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await pool.read(body)
        } catch {
            throw Self.translate(error, path: path)
        }
    }

    private static let probeTable = "CREATE TABLE IF NOT EXISTS probe(id INTEGER PRIMARY KEY, at INTEGER)"

    /// Commits one row, which fails if the file is read-only or missing. A full disk may go unnoticed: see ``tryWriting()``.
    package func probe() async throws -> String {
        try await write { db in
            try db.execute(sql: Self.probeTable)
            try db.execute(
                sql: "INSERT INTO probe(id, at) VALUES (1, ?) ON CONFLICT(id) DO UPDATE SET at = excluded.at", arguments: [Timestamp.now.milliseconds]
            )
        }
        return try await read { try "SQLite " + String.fetchOne($0, sql: "SELECT sqlite_version()")! }
    }

    /// Commits 32 KiB, which do not fit on a full disk, and deletes them in a second transaction. In the same transaction they
    /// would never reach the disk.
    /// - Throws: as ``write(_:)``.
    package func tryWriting() async throws {
        try await write { db in
            try db.execute(sql: Self.probeTable)
            try db.execute(sql: "INSERT OR REPLACE INTO probe(id, at) VALUES (2, randomblob(32768))")
        }
        try await write { try $0.execute(sql: "DELETE FROM probe WHERE id = 2") }
    }

    /// Closes the database if no other engine uses it.
    ///
    /// If this process has written, it first checkpoints the log as far as readers allow, so that after an orderly end the file
    /// alone is the whole database.
    package func close() {
        let signals = sharing.withLock { sharing -> [ChangeSignal]? in
            sharing.engines -= 1
            guard sharing.engines <= 0, !sharing.isClosed else { return nil }
            sharing.isClosed = true
            return Array(sharing.signals.values)
        }
        guard let signals else { return }
        for signal in signals { signal.close() }
        writer.close()
        if writer.hasWritten {
            // If this fails, the data is still in the log.
            _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.passive) }
        }
        // Fails only while a statement runs. The files are safe then, too, and the process is about to end.
        try? pool.close()
    }

    static func translate(_ error: any Error, path: String) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        let reason = error.message ?? error.resultCode.description
        // The fence of a move says why.
        if error.extendedResultCode == .SQLITE_CONSTRAINT_TRIGGER { return ShippyError(.unavailable, reason, retryAfter: .seconds(10)) }
        return switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            ShippyError(.failed, "database \(path) is damaged (\(reason)): move it away or restore a backup")
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

extension Database {
    /// Refuses a file that is no longer the one at its path. If it was moved, deleted or replaced while in use, later processes
    /// would not find what is written to it. The same holds for its write-ahead log, which has the latest commits.
    ///
    /// It costs two `stat` calls, which is nothing compared to a sync.
    /// - Throws: ``ShippyError`` `.unavailable`.
    func requireInPlace(_ path: String) throws {
        var hasMoved: Int32 = 0
        let result = sqlite3_file_control(sqliteConnection, "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved)
        guard result == SQLITE_OK, hasMoved == 0, shippy_log_has_moved(sqliteConnection) == 0 else {
            throw ShippyError(
                .unavailable, "database \(path) was moved or deleted while it was in use: put it back, or restart the service",
                retryAfter: .seconds(5))
        }
    }

    /// Sets the durability of commits on this connection, and verifies it.
    func setDurability(_ durability: EmbeddedDatabase.Durability) throws {
        try execute(sql: "PRAGMA synchronous = \(durability.rawValue)")
        let actual = try Int.fetchOne(self, sql: "PRAGMA synchronous")
        guard actual == durability.number else {
            let found = actual.map(String.init) ?? "unknown"
            throw ShippyError(.failed, "SQLite does not sync as required: synchronous is \(found) instead of \(durability.rawValue)")
        }
    }
}
