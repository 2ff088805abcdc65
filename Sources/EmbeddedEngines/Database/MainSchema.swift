import GRDB
import ShippyCore

/// The tables of the one file for users, mails and events: `shippy.db` in the data directory.
enum MainSchema {
    /// Migrates a database to the current schema. The event log of an earlier release, if there is one, is moved into it, once.
    ///
    /// - Parameter earlierLog: the path of that log; nil if there is nothing to look for.
    static func bringUpToDate(_ pool: DatabasePool, path: String, earlierLog: String?) throws {
        let migrator = migrator(earlierLog: nil)
        try EmbeddedDatabase.refuseNewer(pool, than: migrator, path: path)
        guard let earlierLog, let earlier = try self.earlier(earlierLog, pool, migrator) else { return try migrator.migrate(pool) }
        try pool.writeWithoutTransaction { try earlier.attach($0) }
        try self.migrator(earlierLog: earlier).migrate(pool)
        let isCopied = try pool.writeWithoutTransaction { db in
            defer { try? earlier.detach(db) }
            return try earlier.isCopied(db)
        }
        if isCopied { try earlier.remove() }
    }

    /// The log to copy or remove, if there is one. Once the log has been copied, a file at this path was left by a process that
    /// died before removing it. If that file cannot be opened now, nobody has to wait for it.
    private static func earlier(_ path: String, _ pool: DatabasePool, _ migrator: DatabaseMigrator) throws -> EarlierLog? {
        let isCopied = try pool.read { try migrator.appliedIdentifiers($0).contains(hasLog) }
        return isCopied ? (try? EarlierLog(path)) ?? nil : try EarlierLog(path)
    }

    /// - Parameter earlierLog: the separate log file of an earlier release, attached as ``EarlierLog/schema``; nil if there is
    ///   none. The transaction that creates the tables for events also copies it, so it is copied only once.
    static func migrator(earlierLog: EarlierLog?) -> DatabaseMigrator {
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
        // From here on, positions are never used again, and records note the bus that has them. The bus of existing records is
        // unknown, and pending ones may be on it already.
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
        migrator.registerMigration(hasLog) { db in
            try db.execute(
                sql: """
                    CREATE TABLE stream(
                        id INTEGER PRIMARY KEY CHECK (id = 1),
                        identity TEXT NOT NULL,
                        first_seq INTEGER NOT NULL,
                        last_seq INTEGER NOT NULL,
                        last_time INTEGER NOT NULL,
                        bytes INTEGER NOT NULL,
                        dead_letters INTEGER NOT NULL
                    );
                    CREATE TABLE events(
                        seq INTEGER PRIMARY KEY,
                        id TEXT NOT NULL UNIQUE,
                        subject TEXT NOT NULL,
                        time INTEGER NOT NULL,
                        headers BLOB NOT NULL,
                        payload BLOB NOT NULL,
                        peak INTEGER
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
            if let earlierLog {
                try earlierLog.copy(db)
            } else {
                try db.execute(sql: "INSERT INTO stream VALUES (1, lower(hex(randomblob(16))), 1, 0, 0, 0, 0)")
            }
        }
        // Adding a column with a constant default changes no row.
        migrator.register(
            "8 access",
            sql: """
                ALTER TABLE users ADD COLUMN role TEXT NOT NULL DEFAULT 'user';
                ALTER TABLE users ADD COLUMN disabled INTEGER NOT NULL DEFAULT 0;
                ALTER TABLE users ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
                ALTER TABLE users ADD COLUMN created_by TEXT NOT NULL DEFAULT '';
                CREATE TABLE sessions(
                    id TEXT PRIMARY KEY,
                    user_id TEXT NOT NULL,
                    created_at INTEGER NOT NULL,
                    last_used_at INTEGER NOT NULL,
                    expires_at INTEGER NOT NULL,
                    expires_day INTEGER NOT NULL,
                    counter INTEGER NOT NULL,
                    counter_since INTEGER NOT NULL,
                    client TEXT NOT NULL,
                    address TEXT NOT NULL
                ) WITHOUT ROWID;
                CREATE INDEX sessions_user ON sessions(user_id);
                CREATE INDEX sessions_expires_day ON sessions(expires_day);
                CREATE TABLE api_tokens(
                    id TEXT PRIMARY KEY,
                    name TEXT NOT NULL,
                    role TEXT NOT NULL,
                    hash BLOB NOT NULL,
                    created_by TEXT NOT NULL,
                    created_at INTEGER NOT NULL,
                    expires_at INTEGER,
                    last_used_at INTEGER
                ) WITHOUT ROWID;
                CREATE TABLE revocations(
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    kind TEXT NOT NULL,
                    subject TEXT NOT NULL,
                    except_session TEXT,
                    at INTEGER NOT NULL
                );
                CREATE TABLE signing_state(id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL);
                INSERT INTO signing_state VALUES (1, 0);
                CREATE TABLE signing_keys(
                    id TEXT PRIMARY KEY,
                    public_key BLOB NOT NULL,
                    sealed_private_key BLOB NOT NULL,
                    created_at INTEGER NOT NULL,
                    signs_from INTEGER,
                    retires_at INTEGER
                ) WITHOUT ROWID;
                CREATE TABLE audit(
                    id TEXT PRIMARY KEY,
                    at INTEGER NOT NULL,
                    actor TEXT NOT NULL,
                    address TEXT NOT NULL,
                    action TEXT NOT NULL,
                    target TEXT NOT NULL,
                    outcome TEXT NOT NULL,
                    request_id TEXT NOT NULL
                ) WITHOUT ROWID;
                CREATE INDEX audit_target ON audit(target);
                CREATE INDEX audit_actor ON audit(actor);
                """)
        migrator.register(
            "9 links and earlier refresh tokens",
            sql: """
                ALTER TABLE users ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 0;
                ALTER TABLE mails ADD COLUMN link TEXT NOT NULL DEFAULT '';
                ALTER TABLE sessions ADD COLUMN previous INTEGER NOT NULL DEFAULT 0;
                UPDATE sessions SET previous = counter - 1;
                """)
        migrator.register(
            "10 audit details",
            sql: """
                ALTER TABLE audit ADD COLUMN detail TEXT NOT NULL DEFAULT '';
                CREATE INDEX audit_outcome ON audit(outcome) WHERE outcome <> 'ok';
                """)
        // Existing users come into the index bit by bit: see ``UserIndexing``. The triggers note whoever is not in it as they are now.
        migrator.register(
            "11 search of users",
            sql: """
                CREATE TABLE user_index(id INTEGER PRIMARY KEY CHECK (id = 1), through TEXT NOT NULL);
                INSERT INTO user_index VALUES (1, '');
                CREATE TABLE user_segments(number INTEGER PRIMARY KEY, last_id TEXT NOT NULL);
                CREATE TABLE user_maps(key INTEGER PRIMARY KEY, map BLOB NOT NULL);
                CREATE TABLE user_blocks(key INTEGER PRIMARY KEY, ids TEXT NOT NULL);
                CREATE TABLE changed_users(id TEXT PRIMARY KEY, change INTEGER NOT NULL) WITHOUT ROWID;
                CREATE TRIGGER users_added AFTER INSERT ON users WHEN new.id <= (SELECT through FROM user_index)
                BEGIN
                    INSERT INTO changed_users(id, change) VALUES (new.id, random()) ON CONFLICT(id) DO UPDATE SET change = random();
                END;
                CREATE TRIGGER users_changed AFTER UPDATE OF id, name, company, email ON users
                WHEN new.id <= (SELECT through FROM user_index)
                    AND (new.name <> old.name OR new.company <> old.company OR new.email <> old.email OR new.id <> old.id)
                BEGIN
                    INSERT INTO changed_users(id, change) VALUES (new.id, random()) ON CONFLICT(id) DO UPDATE SET change = random();
                END;
                CREATE INDEX users_role ON users(role) WHERE role <> 'user';
                CREATE INDEX users_disabled ON users(disabled) WHERE disabled = 1;
                """)
        // Attempts are numbered over the whole life of a mail: those since it was last retried by somebody come after the earlier ones.
        migrator.register(
            "12 mail attempts",
            sql: """
                ALTER TABLE mails ADD COLUMN earlier_attempts INTEGER NOT NULL DEFAULT 0;
                ALTER TABLE mails ADD COLUMN copy_of TEXT;
                ALTER TABLE mails ADD COLUMN copied_event_id TEXT;
                CREATE TABLE mail_attempts(
                    mail_id TEXT NOT NULL,
                    number INTEGER NOT NULL,
                    started_at INTEGER NOT NULL,
                    ended_at INTEGER NOT NULL,
                    server TEXT NOT NULL,
                    outcome TEXT NOT NULL,
                    reply TEXT NOT NULL,
                    PRIMARY KEY (mail_id, number)
                ) WITHOUT ROWID;
                CREATE TRIGGER mails_deleted AFTER DELETE ON mails
                BEGIN
                    DELETE FROM mail_attempts WHERE mail_id = old.id;
                END;
                """)
        migrator.register(
            "13 origins and traces",
            sql: """
                ALTER TABLE users ADD COLUMN origin TEXT NOT NULL DEFAULT '';
                ALTER TABLE mails ADD COLUMN trace TEXT NOT NULL DEFAULT '';
                """)
        migrator.register(
            "14 users of mails",
            sql: """
                ALTER TABLE mails ADD COLUMN user_id TEXT;
                CREATE INDEX mails_user ON mails(user_id, id) WHERE user_id IS NOT NULL;
                CREATE INDEX mails_copies ON mails(copied_event_id) WHERE copied_event_id IS NOT NULL;
                CREATE INDEX mails_cancelled ON mails(state) WHERE state = 'cancelled';
                """)
        migrator.register(
            "15 moves",
            sql: """
                CREATE TABLE moves(
                    id INTEGER PRIMARY KEY CHECK (id = 1),
                    move TEXT NOT NULL,
                    side TEXT NOT NULL,
                    phase TEXT NOT NULL,
                    other TEXT NOT NULL,
                    at INTEGER NOT NULL,
                    clock_shift INTEGER NOT NULL
                );
                CREATE TABLE move_notes(
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    name TEXT NOT NULL,
                    text_key TEXT NOT NULL,
                    number_key INTEGER NOT NULL
                );
                """)
        return migrator
    }

    /// The migration that put the event log into this file. Earlier releases refuse a file that has it.
    static let hasLog = "7 events"

    /// Ends all leases. Call it after a reboot: their holders are gone.
    static func endLeases(_ db: Database, at now: EngineTime) throws {
        try db.execute(sql: "UPDATE leases SET until = min(until, ?)", arguments: [now.milliseconds])
        // What was moved has no leases, and is fenced.
        guard try !StoreFence.isSet(db) else { return }
        try db.execute(sql: "UPDATE outbox_state SET until = 0")
        try db.execute(sql: "UPDATE mails SET due_at = ? WHERE due_at IS NOT NULL AND state = 'sending'", arguments: [now.milliseconds])
    }
}
