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
    /// - Throws: as ``EmbeddedDatabase/init(path:durability:readers:migrator:onNewBoot:)``.
    package init(path: String, retention: Retention = Retention()) throws {
        self.retention = retention
        database = try EmbeddedDatabase(path: path, durability: .full, migrator: Self.migrator) { db, now in
            try db.execute(sql: "UPDATE outbox_state SET until = 0")
            try db.execute(sql: "UPDATE mails SET due_at = ? WHERE due_at IS NOT NULL AND state = 'sending'", arguments: [now.milliseconds])
        }
        outboxSignal = try ChangeSignal(path: path + "-outbox-changed")
        mailSignal = try ChangeSignal(path: path + "-mail-changed")
    }

    package var writesAtOnce: Int { 1 }

    package var outboxChanges: ChangeNotifier { outboxSignal.notifier }
    package var mailChanges: ChangeNotifier { mailSignal.notifier }

    package func probe() async throws -> String { try await database.probe() }

    package func identity() async throws -> String { try await database.identity() }

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
        // Records are never numbered like an earlier one, and say where they were published. What is there was published to a
        // bus that nobody has noted, and what is pending may be on it.
        migrator.register(
            "6 fences",
            sql: """
                CREATE TABLE outbox_numbered(
                    position INTEGER PRIMARY KEY AUTOINCREMENT,
                    event_id TEXT NOT NULL,
                    subject TEXT NOT NULL,
                    time INTEGER NOT NULL,
                    headers BLOB NOT NULL,
                    payload BLOB NOT NULL
                );
                INSERT INTO outbox_numbered SELECT * FROM outbox;
                DROP TABLE outbox;
                ALTER TABLE outbox_numbered RENAME TO outbox;
                DELETE FROM sqlite_sequence WHERE name = 'outbox';
                INSERT INTO sqlite_sequence(name, seq)
                    SELECT 'outbox', max(published_through, ifnull((SELECT max(position) FROM outbox), 0)) FROM outbox_state;

                ALTER TABLE outbox_state ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;
                ALTER TABLE outbox_state ADD COLUMN offered_through INTEGER NOT NULL DEFAULT 0;
                ALTER TABLE outbox_state ADD COLUMN offered_identity TEXT NOT NULL DEFAULT '';
                ALTER TABLE outbox_state ADD COLUMN offered_sequence INTEGER NOT NULL DEFAULT 0;
                UPDATE outbox_state SET owner = NULL, until = 0, offered_through = ifnull((SELECT max(position) FROM outbox), 0);

                CREATE TABLE outbox_ahead(position INTEGER PRIMARY KEY);
                CREATE TABLE outbox_runs(
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    identity TEXT NOT NULL,
                    first_position INTEGER NOT NULL,
                    last_position INTEGER NOT NULL,
                    first_sequence INTEGER NOT NULL,
                    last_sequence INTEGER NOT NULL,
                    last_sequence_position INTEGER NOT NULL,
                    published_at INTEGER NOT NULL
                );
                CREATE INDEX outbox_runs_sequence ON outbox_runs(identity, last_sequence);
                INSERT INTO outbox_runs(
                    identity, first_position, last_position, first_sequence, last_sequence, last_sequence_position, published_at)
                    SELECT '', 1 + lag(position, 1, 0) OVER (ORDER BY position), position, 0, sequence, position, unixepoch() * 1000
                    FROM outbox_published WHERE position <= (SELECT published_through FROM outbox_state);
                INSERT INTO outbox_runs(
                    identity, first_position, last_position, first_sequence, last_sequence, last_sequence_position, published_at)
                    SELECT '', 1 + last, published_through, 0, 0, published_through, unixepoch() * 1000
                    FROM outbox_state, (SELECT ifnull(max(last_position), 0) AS last FROM outbox_runs) WHERE published_through > last;
                DROP TABLE outbox_published;

                CREATE TABLE outbox_set_aside(
                    position INTEGER PRIMARY KEY,
                    event_id TEXT NOT NULL,
                    subject TEXT NOT NULL,
                    time INTEGER NOT NULL,
                    headers BLOB NOT NULL,
                    payload BLOB NOT NULL,
                    reason TEXT NOT NULL,
                    set_aside_at INTEGER NOT NULL
                );

                ALTER TABLE mails ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;
                UPDATE mails SET due_at = min(due_at, (unixepoch() + 30) * 1000) WHERE due_at IS NOT NULL AND state = 'sending';

                ALTER TABLE idempotency ADD COLUMN password_hash TEXT;
                UPDATE idempotency SET password_hash = (SELECT password_hash FROM users WHERE id = user_id);
                """)
        return migrator
    }
}
