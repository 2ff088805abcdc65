/// The tables as releases without fences made them, with something in each.
enum EarlierSchema {
    /// After the fifth migration.
    static let sqlite = """
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
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
        INSERT INTO grdb_migrations VALUES ('1 users');
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
        INSERT INTO grdb_migrations VALUES ('2 outbox');
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
        INSERT INTO grdb_migrations VALUES ('3 mails');
        CREATE TABLE outbox_published(position INTEGER PRIMARY KEY, sequence INTEGER NOT NULL);
        CREATE INDEX outbox_published_sequence ON outbox_published(sequence);
        INSERT INTO grdb_migrations VALUES ('4 published sequences');
        CREATE TABLE mail_totals(id INTEGER PRIMARY KEY CHECK (id = 1), sent INTEGER NOT NULL);
        INSERT INTO mail_totals VALUES (1, (SELECT count(*) FROM mails WHERE state = 'sent'));
        INSERT INTO grdb_migrations VALUES ('5 mail totals');
        INSERT INTO users VALUES ('u1', 'Old', '', 'old@example.com', '$2b$10$old', 1767323045678, 'r');
        INSERT INTO idempotency VALUES ('k1', 'f', 'u1', unixepoch() * 1000);
        INSERT INTO outbox VALUES (1, 'e1', 'user.created', 1, x'', x''), (2, 'e2', 'user.created', 2, x'', x''),
            (3, 'e3', 'user.created', 3, x'', x''), (4, 'e4', 'user.created', 4, x'', x'');
        INSERT INTO outbox_published VALUES (2, 12);
        UPDATE outbox_state SET published_through = 2, owner = 'dead', until = (unixepoch() + 3600) * 1000;
        INSERT INTO mails(id, event_id, recipient, domain, template, name, company, content, state, attempts, due_at, owner, last_reply,
            request_id, created_at) VALUES
            ('m1', 'e1', 'a@x.de', 'x.de', 'welcome', '', '', '', 'queued', 0, 1000, NULL, '', 'r', 1),
            ('m2', 'e2', 'b@x.de', 'x.de', 'welcome', '', '', '', 'sending', 1, 9999999999999, 'dead', '', 'r', 2),
            ('m3', 'e3', 'c@x.de', 'x.de', 'welcome', '', '', '', 'sent', 1, NULL, NULL, '250', 'r', 3),
            ('m4', 'e4', 'd@x.de', 'x.de', 'welcome', '', '', '', 'dead', 1, NULL, NULL, '550', 'r', 4);
        UPDATE mail_totals SET sent = 1;
        """

    /// After the fourth migration.
    static let postgres = """
        CREATE SCHEMA shippy;
        SET search_path = shippy;
        CREATE TABLE migrations(number int8 PRIMARY KEY);
        CREATE TABLE users(
            id text COLLATE "C" PRIMARY KEY,
            name text NOT NULL,
            company text NOT NULL,
            email text COLLATE "C" NOT NULL,
            password_hash text,
            created_at int8 NOT NULL,
            request_id text NOT NULL
        );
        CREATE UNIQUE INDEX users_email ON users(lower(email));
        CREATE TABLE idempotency(
            key text COLLATE "C" PRIMARY KEY,
            fingerprint text NOT NULL,
            user_id text NOT NULL,
            used_at int8 NOT NULL
        );
        CREATE INDEX idempotency_used_at ON idempotency(used_at);
        CREATE TABLE outbox(
            position int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            event_id text NOT NULL,
            subject text NOT NULL,
            time int8 NOT NULL,
            headers bytea NOT NULL,
            payload bytea NOT NULL
        );
        CREATE TABLE outbox_pending(position int8 PRIMARY KEY)
        WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);
        CREATE TABLE outbox_published(
            id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            published_at int8 NOT NULL,
            last_sequence int8 NOT NULL,
            positions int8[] NOT NULL,
            sequences int8[] NOT NULL
        );
        CREATE INDEX outbox_published_sequence ON outbox_published(last_sequence);
        CREATE TABLE outbox_lease(id int8 PRIMARY KEY CHECK (id = 1), owner text, until int8 NOT NULL);
        INSERT INTO outbox_lease VALUES (1, NULL, 0);
        CREATE TABLE mails(
            id text COLLATE "C" PRIMARY KEY,
            event_id text COLLATE "C" UNIQUE,
            recipient text NOT NULL,
            domain text NOT NULL,
            template text NOT NULL,
            name text NOT NULL,
            company text NOT NULL,
            content text NOT NULL,
            state text NOT NULL,
            attempts int8 NOT NULL,
            due_at int8,
            owner text,
            last_reply text NOT NULL,
            request_id text NOT NULL,
            created_at int8 NOT NULL
        );
        CREATE INDEX mails_due ON mails(due_at) WHERE due_at IS NOT NULL;
        CREATE INDEX mails_dead ON mails(id) WHERE state = 'dead';
        CREATE TABLE mail_totals(id int8 PRIMARY KEY CHECK (id = 1), sent int8 NOT NULL);
        INSERT INTO mail_totals VALUES (1, 0);
        CREATE FUNCTION notify_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_notify(TG_ARGV[0], ''); RETURN NULL; END $$;
        CREATE TRIGGER outbox_changed AFTER INSERT ON outbox_pending
        FOR EACH STATEMENT EXECUTE FUNCTION notify_change('shippy_outbox');
        CREATE TRIGGER mails_queued AFTER INSERT ON mails
        FOR EACH STATEMENT EXECUTE FUNCTION notify_change('shippy_mail');
        INSERT INTO migrations VALUES (1), (2), (3), (4);
        INSERT INTO users VALUES ('u1', 'Old', '', 'old@example.com', '$2b$10$old', 1767323045678, 'r');
        INSERT INTO idempotency VALUES ('k1', 'f', 'u1', (extract(epoch FROM now()) * 1000)::int8);
        INSERT INTO outbox(event_id, subject, time, headers, payload)
            SELECT 'e' || n, 'user.created', n, '', '' FROM generate_series(1, 4) AS n;
        INSERT INTO outbox_pending VALUES (3), (4);
        INSERT INTO outbox_published(published_at, last_sequence, positions, sequences)
            VALUES ((extract(epoch FROM now()) * 1000)::int8, 12, '{1,2}', '{11,12}');
        UPDATE outbox_lease SET owner = 'dead', until = 9999999999999;
        INSERT INTO mails(id, event_id, recipient, domain, template, name, company, content, state, attempts, due_at, owner, last_reply,
            request_id, created_at) VALUES
            ('m1', 'e1', 'a@x.de', 'x.de', 'welcome', '', '', '', 'queued', 0, 1000, NULL, '', 'r', 1),
            ('m2', 'e2', 'b@x.de', 'x.de', 'welcome', '', '', '', 'sending', 1, 9999999999999, 'dead', '', 'r', 2),
            ('m3', 'e3', 'c@x.de', 'x.de', 'welcome', '', '', '', 'sent', 1, NULL, NULL, '250', 'r', 3),
            ('m4', 'e4', 'd@x.de', 'x.de', 'welcome', '', '', '', 'dead', 1, NULL, NULL, '550', 'r', 4);
        UPDATE mail_totals SET sent = 1;
        """

    /// After the fifth migration, the last one without accounts.
    static let postgresWithoutAccounts =
        postgres + """
            CREATE TABLE engine(
                id int8 PRIMARY KEY CHECK (id = 1),
                uuid text NOT NULL,
                latest int8 NOT NULL
            );
            INSERT INTO engine VALUES (1, gen_random_uuid()::text, (extract(epoch FROM now()) * 1000)::int8);
            ALTER TABLE outbox_lease ADD COLUMN fence int8 NOT NULL DEFAULT 0, ADD COLUMN offered_through int8 NOT NULL DEFAULT 0,
                ADD COLUMN offered_identity text NOT NULL DEFAULT '', ADD COLUMN offered_sequence int8 NOT NULL DEFAULT 0;
            UPDATE outbox_lease SET owner = NULL, until = 0, offered_through = (SELECT coalesce(max(position), 0) FROM outbox);
            ALTER TABLE outbox_published ADD COLUMN identity text NOT NULL DEFAULT '';
            CREATE TABLE outbox_set_aside(
                position int8 PRIMARY KEY,
                event_id text NOT NULL,
                subject text NOT NULL,
                time int8 NOT NULL,
                headers bytea NOT NULL,
                payload bytea NOT NULL,
                reason text NOT NULL,
                set_aside_at int8 NOT NULL
            );
            ALTER TABLE mails ADD COLUMN fence int8 NOT NULL DEFAULT 0;
            ALTER TABLE idempotency ADD COLUMN password_hash text;
            INSERT INTO migrations VALUES (5);
            """
}
