import Foundation
import GRDB
import Glibc
import ShippyCore

/// The event log of earlier releases, in a separate file beside the one for users and mails.
///
/// It is copied in one transaction, which writes only the new file, and is removed after that commit. So whenever a process dies,
/// at least one of the two files has the whole log. Use it under the directory's lock.
struct EarlierLog {
    /// The schema name under which the file is attached.
    static let schema = "earlier"

    private let path: String

    /// Opens the log and checks that no other process has it open. All committed data is then in the file itself, not in a
    /// write-ahead log.
    ///
    /// - Returns: nil when there is no such file.
    /// - Throws: ``ShippyError`` `.unavailable` while a process of an earlier release uses it.
    init?(_ path: String) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        try PrivateFile.prepareFile(path)
        self.path = path
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        let file = try DatabaseQueue(path: path, configuration: configuration)
        do {
            // Only the sole connection to a file can leave WAL mode.
            let mode = try file.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA journal_mode = DELETE") }
            guard mode == "delete" else { throw DatabaseError(resultCode: .SQLITE_BUSY) }
            try Self.migrator.migrate(file)
            try file.close()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            throw ShippyError(
                .unavailable, "\(path) is in use by an older shippy: stop it first, so that its events can be imported", retryAfter: .seconds(5))
        }
    }

    func attach(_ db: Database) throws {
        try db.execute(sql: "ATTACH ? AS \(Self.schema)", arguments: [path])
    }

    func detach(_ db: Database) throws {
        try db.execute(sql: "DETACH \(Self.schema)")
    }

    /// Copies everything. All leases end: nobody else has the file open, so their holders are gone.
    func copy(_ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO stream(id, identity, first_seq, last_seq, last_time, bytes, dead_letters)
                    SELECT id, identity, first_seq, last_seq, last_time, bytes, dead_letters FROM \(Self.schema).stream;
                INSERT INTO events(seq, id, subject, time, headers, payload, peak)
                    SELECT seq, id, subject, time, headers, payload, peak FROM \(Self.schema).events ORDER BY seq;
                INSERT INTO consumers(name, filter, next_seq) SELECT name, filter, next_seq FROM \(Self.schema).consumers;
                INSERT INTO leases(id, consumer, first_seq, last_seq, attempt, until)
                    SELECT id, consumer, first_seq, last_seq, attempt, 0 FROM \(Self.schema).leases;
                DELETE FROM sqlite_sequence WHERE name = 'leases';
                INSERT INTO sqlite_sequence(name, seq) SELECT name, seq FROM \(Self.schema).sqlite_sequence WHERE name = 'leases';
                """)
    }

    /// Removes the file. Its copy must have been committed.
    /// - Throws: ``ShippyError`` `.unavailable` when it cannot be removed; the next open tries again.
    func remove() throws {
        let directory = (path as NSString).deletingLastPathComponent
        // First make the directory entries of the copy's files durable.
        try DirectorySync.syncWithName(directory)
        // The main file goes last: without it, the next open would not look for the others.
        for suffix in ["-journal", "-wal", "-shm", "-changed", ""] {
            guard unlink(path + suffix) == 0 || errno == ENOENT else {
                throw ShippyError(.unavailable, "cannot remove \(path + suffix): \(String(cString: strerror(errno)))", retryAfter: .seconds(5))
            }
        }
        try DirectorySync.sync(directory)
    }

    /// Whether this database has a copy of the log. Both then have the same identity.
    func isCopied(_ db: Database) throws -> Bool {
        try String.fetchOne(db, sql: "SELECT identity FROM \(Self.schema).stream") == String.fetchOne(db, sql: "SELECT identity FROM main.stream")
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.register(
            "1 log",
            sql: """
                CREATE TABLE stream(
                    id INTEGER PRIMARY KEY CHECK (id = 1),
                    first_seq INTEGER NOT NULL,
                    last_seq INTEGER NOT NULL,
                    last_time INTEGER NOT NULL,
                    bytes INTEGER NOT NULL
                );
                INSERT INTO stream VALUES (1, 1, 0, 0, 0);
                CREATE TABLE events(
                    seq INTEGER PRIMARY KEY,
                    id TEXT NOT NULL UNIQUE,
                    subject TEXT NOT NULL,
                    time INTEGER NOT NULL,
                    headers BLOB NOT NULL,
                    payload BLOB NOT NULL
                );
                CREATE TABLE consumers(
                    name TEXT PRIMARY KEY,
                    filter TEXT NOT NULL,
                    next_seq INTEGER NOT NULL
                );
                CREATE TABLE leases(
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    consumer TEXT NOT NULL,
                    first_seq INTEGER NOT NULL,
                    last_seq INTEGER NOT NULL,
                    attempt INTEGER NOT NULL,
                    until INTEGER NOT NULL
                );
                CREATE INDEX leases_until ON leases(consumer, until);
                """)
        migrator.register(
            "2 identity, dead letters, times that go back",
            sql: """
                ALTER TABLE stream ADD COLUMN identity TEXT NOT NULL DEFAULT '';
                ALTER TABLE stream ADD COLUMN dead_letters INTEGER NOT NULL DEFAULT 0;
                UPDATE stream SET
                    identity = lower(hex(randomblob(16))),
                    dead_letters = (SELECT count(*) FROM events WHERE subject GLOB 'dead-letter.*');
                ALTER TABLE events ADD COLUMN peak INTEGER;
                """)
        return migrator
    }
}
