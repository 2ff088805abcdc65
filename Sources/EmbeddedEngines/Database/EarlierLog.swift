import Foundation
import GRDB
import Glibc
import ShippyCore

/// The log of events as earlier releases kept it, in a file of its own beside the one for users and mails.
///
/// It is read while the other file is written, by one transaction of that one alone; only then it is taken away. So whatever
/// dies in between, the log is whole in one of the two. To be used under the lock of the directory.
struct EarlierLog {
    /// The name under which the file is attached.
    static let schema = "earlier"

    private let path: String

    /// Looks whether there is one, and has it to itself: what other processes have written is in the file then, and none of them
    /// has it open.
    ///
    /// - Returns: nil when there is none.
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
            // Only whoever is alone may turn the write-ahead log off.
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

    /// Copies everything. Leases end: whoever held one is gone, because nobody else has the file.
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

    /// Takes the file away once its copy is on disk.
    /// - Throws: ``ShippyError`` `.unavailable` when it cannot be; the next open tries again.
    func remove() throws {
        let directory = (path as NSString).deletingLastPathComponent
        // The names of the files that the copy is in, before those of the original go.
        try DirectorySync.syncWithName(directory)
        // The file itself last: it is by its name that the rest is found.
        for suffix in ["-journal", "-wal", "-shm", "-changed", ""] {
            guard unlink(path + suffix) == 0 || errno == ENOENT else {
                throw ShippyError(.unavailable, "cannot remove \(path + suffix): \(String(cString: strerror(errno)))", retryAfter: .seconds(5))
            }
        }
        try DirectorySync.sync(directory)
    }

    /// Whether it is the one that was copied into this database, by a process that died before it took it away.
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
