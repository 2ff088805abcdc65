import GRDB
package import ShippyCore
import ShippySQLite

/// The store in one SQLite file, with a commit on disk before anything is acknowledged.
package final class SQLiteStore: Store {
    let database: EmbeddedDatabase
    let outboxSignal: ChangeSignal
    let mailSignal: ChangeSignal
    let retention: Retention

    /// - Parameter path: the database file; two small files beside it carry the signals between processes.
    /// - Throws: as ``EmbeddedDatabase/init(path:durability:readers:migrator:)``.
    package init(path: String, retention: Retention = Retention()) throws {
        self.retention = retention
        database = try EmbeddedDatabase(path: path, durability: .full, migrator: Self.migrator)
        outboxSignal = try ChangeSignal(path: path + "-outbox-changed")
        mailSignal = try ChangeSignal(path: path + "-mail-changed")
    }

    package var writesAtOnce: Int { 1 }

    package var outboxChanges: ChangeNotifier { outboxSignal.notifier }
    package var mailChanges: ChangeNotifier { mailSignal.notifier }

    package func probe() async throws -> String { try await database.probe() }

    package func close() async {
        outboxSignal.close()
        mailSignal.close()
        database.close()
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.register(
            "1 users",
            sql: """
                CREATE TABLE users(
                    id TEXT PRIMARY KEY,
                    name TEXT NOT NULL,
                    company TEXT NOT NULL,
                    email TEXT NOT NULL UNIQUE COLLATE NOCASE,
                    password_hash TEXT,
                    created_at INTEGER NOT NULL,
                    request_id TEXT NOT NULL
                ) WITHOUT ROWID;
                CREATE TABLE idempotency(
                    key TEXT PRIMARY KEY,
                    fingerprint TEXT NOT NULL,
                    user_id TEXT NOT NULL,
                    used_at INTEGER NOT NULL
                ) WITHOUT ROWID;
                CREATE INDEX idempotency_used_at ON idempotency(used_at);
                """)
        migrator.register(
            "2 outbox",
            sql: """
                CREATE TABLE outbox(
                    position INTEGER PRIMARY KEY,
                    event_id TEXT NOT NULL,
                    subject TEXT NOT NULL,
                    time INTEGER NOT NULL,
                    headers BLOB NOT NULL,
                    payload BLOB NOT NULL
                );
                CREATE TABLE outbox_state(
                    id INTEGER PRIMARY KEY CHECK (id = 1),
                    published_through INTEGER NOT NULL,
                    owner TEXT,
                    until INTEGER NOT NULL
                );
                INSERT INTO outbox_state VALUES (1, 0, NULL, 0);
                """)
        migrator.register(
            "3 mails",
            sql: """
                CREATE TABLE mails(
                    id TEXT PRIMARY KEY,
                    event_id TEXT UNIQUE,
                    recipient TEXT NOT NULL,
                    domain TEXT NOT NULL,
                    template TEXT NOT NULL,
                    name TEXT NOT NULL,
                    company TEXT NOT NULL,
                    content TEXT NOT NULL,
                    state TEXT NOT NULL,
                    attempts INTEGER NOT NULL,
                    due_at INTEGER,
                    owner TEXT,
                    last_reply TEXT NOT NULL,
                    request_id TEXT NOT NULL,
                    created_at INTEGER NOT NULL
                ) WITHOUT ROWID;
                CREATE INDEX mails_due ON mails(due_at, domain, state) WHERE due_at IS NOT NULL;
                CREATE INDEX mails_dead ON mails(state) WHERE state = 'dead';
                """)
        migrator.register(
            "4 published sequences",
            sql: """
                CREATE TABLE outbox_published(position INTEGER PRIMARY KEY, sequence INTEGER NOT NULL);
                CREATE INDEX outbox_published_sequence ON outbox_published(sequence);
                """)
        migrator.register(
            "5 mail totals",
            sql: """
                CREATE TABLE mail_totals(id INTEGER PRIMARY KEY CHECK (id = 1), sent INTEGER NOT NULL);
                INSERT INTO mail_totals VALUES (1, (SELECT count(*) FROM mails WHERE state = 'sent'));
                """)
        return migrator
    }
}
