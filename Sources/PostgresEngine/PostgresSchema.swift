import ShippyCore

/// The tables, in a schema of their own, because a database may have others, such as the tutorials' `users`.
enum PostgresSchema {
    private struct Migration {
        var number: Int64
        var statements: [String]
    }

    private static let current = migrations.last!.number

    /// Migrates the tables to the current version. An advisory lock makes processes do it one at a time; later ones find it done.
    static func migrate(_ connection: PostgresConnection) throws {
        if try version(connection) == current { return }
        try connection.transaction {
            // "shippy" as a number.
            try connection.execute("SELECT 1 FROM pg_advisory_xact_lock(126879379185785)")
            try connection.execute("CREATE SCHEMA IF NOT EXISTS shippy")
            try connection.execute("CREATE TABLE IF NOT EXISTS migrations(number int8 PRIMARY KEY)")
            let version = try version(connection)
            for migration in migrations where migration.number > version {
                try connection.execute(
                    migration.statements.map { PostgresStatement($0) }
                        + [PostgresStatement("INSERT INTO migrations VALUES ($1)", [.integer(migration.number)])])
            }
        }
    }

    private static func version(_ connection: PostgresConnection) throws -> Int64 {
        let exists = try connection.execute("SELECT 1 WHERE to_regclass('shippy.migrations') IS NOT NULL").count == 1
        guard exists else { return 0 }
        let version = try connection.execute("SELECT coalesce(max(number), 0) FROM migrations").first { $0.integer(0) } ?? 0
        guard version <= current else {
            throw ShippyError(.failed, "the tables in PostgreSQL were created by a newer shippy: update this one, or use another database")
        }
        return version
    }

    /// Columns that are sorted use byte order (`COLLATE "C"`), whatever the database's locale. Times are milliseconds since 1970.
    private static let migrations = [
        Migration(
            number: 1,
            statements: [
                """
                CREATE TABLE users(
                    id text COLLATE "C" PRIMARY KEY,
                    name text NOT NULL,
                    company text NOT NULL,
                    email text COLLATE "C" NOT NULL,
                    password_hash text,
                    created_at int8 NOT NULL,
                    request_id text NOT NULL
                )
                """,
                "CREATE UNIQUE INDEX users_email ON users(lower(email))",
                """
                CREATE TABLE idempotency(
                    key text COLLATE "C" PRIMARY KEY,
                    fingerprint text NOT NULL,
                    user_id text NOT NULL,
                    used_at int8 NOT NULL
                )
                """,
                "CREATE INDEX idempotency_used_at ON idempotency(used_at)",
            ]),
        Migration(
            number: 2,
            statements: [
                """
                CREATE TABLE outbox(
                    position int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    event_id text NOT NULL,
                    subject text NOT NULL,
                    time int8 NOT NULL,
                    headers bytea NOT NULL,
                    payload bytea NOT NULL
                )
                """,
                // A record is pending while it has a row here: the row is small, and the record itself is written only once. The
                // table is mostly empty, and a search for its first rows passes those deleted last, so it is vacuumed early.
                """
                CREATE TABLE outbox_pending(position int8 PRIMARY KEY)
                WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000)
                """,
                """
                CREATE TABLE outbox_published(
                    id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    published_at int8 NOT NULL,
                    last_sequence int8 NOT NULL,
                    positions int8[] NOT NULL,
                    sequences int8[] NOT NULL
                )
                """,
                "CREATE INDEX outbox_published_sequence ON outbox_published(last_sequence)",
                "CREATE TABLE outbox_lease(id int8 PRIMARY KEY CHECK (id = 1), owner text, until int8 NOT NULL)",
                "INSERT INTO outbox_lease VALUES (1, NULL, 0)",
            ]),
        Migration(
            number: 3,
            statements: [
                """
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
                )
                """,
                "CREATE INDEX mails_due ON mails(due_at) WHERE due_at IS NOT NULL",
                "CREATE INDEX mails_dead ON mails(id) WHERE state = 'dead'",
                // Counting sent mails would take longer every day.
                "CREATE TABLE mail_totals(id int8 PRIMARY KEY CHECK (id = 1), sent int8 NOT NULL)",
                "INSERT INTO mail_totals VALUES (1, 0)",
            ]),
        Migration(
            number: 4,
            statements: [
                """
                CREATE FUNCTION notify_change() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_notify(TG_ARGV[0], ''); RETURN NULL; END $$
                """,
                """
                CREATE TRIGGER outbox_changed AFTER INSERT ON outbox_pending
                FOR EACH STATEMENT EXECUTE FUNCTION notify_change('shippy_outbox')
                """,
                """
                CREATE TRIGGER mails_queued AFTER INSERT ON mails
                FOR EACH STATEMENT EXECUTE FUNCTION notify_change('shippy_mail')
                """,
            ]),
        // The bus of existing records is unknown, and pending ones may be on it already.
        Migration(
            number: 5,
            statements: [
                """
                CREATE TABLE engine(
                    id int8 PRIMARY KEY CHECK (id = 1),
                    uuid text NOT NULL,
                    latest int8 NOT NULL
                )
                """,
                "INSERT INTO engine VALUES (1, gen_random_uuid()::text, \(PostgresClock.now))",
                """
                ALTER TABLE outbox_lease ADD COLUMN fence int8 NOT NULL DEFAULT 0, ADD COLUMN offered_through int8 NOT NULL DEFAULT 0,
                    ADD COLUMN offered_identity text NOT NULL DEFAULT '', ADD COLUMN offered_sequence int8 NOT NULL DEFAULT 0
                """,
                "UPDATE outbox_lease SET owner = NULL, until = 0, offered_through = (SELECT coalesce(max(position), 0) FROM outbox)",
                "ALTER TABLE outbox_published ADD COLUMN identity text NOT NULL DEFAULT ''",
                """
                CREATE TABLE outbox_set_aside(
                    position int8 PRIMARY KEY,
                    event_id text NOT NULL,
                    subject text NOT NULL,
                    time int8 NOT NULL,
                    headers bytea NOT NULL,
                    payload bytea NOT NULL,
                    reason text NOT NULL,
                    set_aside_at int8 NOT NULL
                )
                """,
                "ALTER TABLE mails ADD COLUMN fence int8 NOT NULL DEFAULT 0",
                // Until now, due times came from the clocks of the clients.
                "UPDATE mails SET due_at = least(due_at, \(PostgresClock.now) + 30000) WHERE due_at IS NOT NULL AND state = 'sending'",
                "ALTER TABLE idempotency ADD COLUMN password_hash text",
                "UPDATE idempotency SET password_hash = (SELECT password_hash FROM users WHERE users.id = user_id)",
            ]),
        // Adding a column with a constant default changes no row.
        Migration(
            number: 6,
            statements: [
                """
                ALTER TABLE users ADD COLUMN role text NOT NULL DEFAULT 'user', ADD COLUMN disabled int8 NOT NULL DEFAULT 0,
                    ADD COLUMN revision int8 NOT NULL DEFAULT 1, ADD COLUMN created_by text NOT NULL DEFAULT ''
                """,
                // A refresh changes no index, and finds room for the row's new version on the same page.
                """
                CREATE TABLE sessions(
                    id text COLLATE "C" PRIMARY KEY,
                    user_id text COLLATE "C" NOT NULL,
                    created_at int8 NOT NULL,
                    last_used_at int8 NOT NULL,
                    expires_at int8 NOT NULL,
                    expires_day int8 NOT NULL,
                    counter int8 NOT NULL,
                    counter_since int8 NOT NULL,
                    client text NOT NULL,
                    address text NOT NULL
                ) WITH (fillfactor = 70)
                """,
                "CREATE INDEX sessions_user ON sessions(user_id, id)",
                "CREATE INDEX sessions_expires_day ON sessions(expires_day)",
                """
                CREATE TABLE api_tokens(
                    id text COLLATE "C" PRIMARY KEY,
                    name text NOT NULL,
                    role text NOT NULL,
                    hash bytea NOT NULL,
                    created_by text NOT NULL,
                    created_at int8 NOT NULL,
                    expires_at int8,
                    last_used_at int8
                )
                """,
                """
                CREATE TABLE revocations(
                    id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    kind text NOT NULL,
                    subject text NOT NULL,
                    except_session text,
                    at int8 NOT NULL
                )
                """,
                "CREATE TABLE signing_state(id int8 PRIMARY KEY CHECK (id = 1), revision int8 NOT NULL)",
                "INSERT INTO signing_state VALUES (1, 0)",
                """
                CREATE TABLE signing_keys(
                    id text COLLATE "C" PRIMARY KEY,
                    public_key bytea NOT NULL,
                    sealed_private_key bytea NOT NULL,
                    created_at int8 NOT NULL,
                    signs_from int8,
                    retires_at int8
                )
                """,
                """
                CREATE TABLE audit(
                    id text COLLATE "C" PRIMARY KEY,
                    at int8 NOT NULL,
                    actor text COLLATE "C" NOT NULL,
                    address text NOT NULL,
                    action text NOT NULL,
                    target text COLLATE "C" NOT NULL,
                    outcome text NOT NULL,
                    request_id text NOT NULL
                )
                """,
                "CREATE INDEX audit_target ON audit(target, id)",
                "CREATE INDEX audit_actor ON audit(actor, id)",
            ]),
        Migration(
            number: 7,
            statements: [
                "ALTER TABLE users ADD COLUMN confirmed int8 NOT NULL DEFAULT 0",
                "ALTER TABLE mails ADD COLUMN link text NOT NULL DEFAULT ''",
                "ALTER TABLE sessions ADD COLUMN previous int8 NOT NULL DEFAULT 0",
                "UPDATE sessions SET previous = counter - 1",
            ]),
        Migration(
            number: 8,
            statements: [
                "ALTER TABLE audit ADD COLUMN detail text NOT NULL DEFAULT ''",
                "CREATE INDEX audit_outcome ON audit(outcome, id) WHERE outcome <> 'ok'",
            ]),
        // Existing users come into the index bit by bit: see ``UserIndexing``. The triggers note whoever is not in it as they are now. They
        // hold the lock until their transaction ends, so that nobody moves the index's end past users that nobody else can see yet.
        Migration(
            number: 9,
            statements: [
                "CREATE TABLE user_index(id int8 PRIMARY KEY CHECK (id = 1), through text COLLATE \"C\" NOT NULL)",
                "INSERT INTO user_index VALUES (1, '')",
                "CREATE TABLE user_segments(number int8 PRIMARY KEY, last_id text COLLATE \"C\" NOT NULL)",
                "CREATE TABLE user_maps(key int8 PRIMARY KEY, map bytea NOT NULL)",
                // Maps have a kilobyte, which nothing is gained by compressing.
                "ALTER TABLE user_maps ALTER COLUMN map SET STORAGE PLAIN",
                "CREATE TABLE user_blocks(key int8 PRIMARY KEY, ids text NOT NULL)",
                "CREATE TABLE changed_users(id text COLLATE \"C\" PRIMARY KEY, change int8 NOT NULL)",
                "CREATE SEQUENCE user_changes",
                """
                CREATE FUNCTION note_changed_users() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN
                    PERFORM pg_advisory_xact_lock_shared(\(userIndexLock));
                    INSERT INTO shippy.changed_users(id, change)
                    SELECT id, nextval('shippy.user_changes') FROM added WHERE id <= (SELECT through FROM shippy.user_index)
                    ON CONFLICT (id) DO UPDATE SET change = excluded.change;
                    RETURN NULL;
                END $$
                """,
                """
                CREATE FUNCTION note_changed_user() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN
                    PERFORM pg_advisory_xact_lock_shared(\(userIndexLock));
                    INSERT INTO shippy.changed_users(id, change)
                    SELECT NEW.id, nextval('shippy.user_changes') FROM shippy.user_index WHERE NEW.id <= through
                    ON CONFLICT (id) DO UPDATE SET change = excluded.change;
                    RETURN NULL;
                END $$
                """,
                """
                CREATE TRIGGER users_added AFTER INSERT ON users REFERENCING NEW TABLE AS added
                FOR EACH STATEMENT EXECUTE FUNCTION note_changed_users()
                """,
                """
                CREATE TRIGGER users_changed AFTER UPDATE OF id, name, company, email ON users FOR EACH ROW
                WHEN (NEW.id <> OLD.id OR NEW.name <> OLD.name OR NEW.company <> OLD.company OR NEW.email <> OLD.email)
                EXECUTE FUNCTION note_changed_user()
                """,
                "CREATE INDEX users_role ON users(role, id) WHERE role <> 'user'",
                "CREATE INDEX users_disabled ON users(id) WHERE disabled <> 0",
            ]),
        // Attempts are numbered over the whole life of a mail: those since it was last retried by somebody come after the earlier ones.
        Migration(
            number: 10,
            statements: [
                """
                ALTER TABLE mails ADD COLUMN earlier_attempts int8 NOT NULL DEFAULT 0, ADD COLUMN copy_of text,
                    ADD COLUMN copied_event_id text
                """,
                """
                CREATE TABLE mail_attempts(
                    mail_id text COLLATE "C",
                    number int8,
                    started_at int8 NOT NULL,
                    ended_at int8 NOT NULL,
                    server text NOT NULL,
                    outcome text NOT NULL,
                    reply text NOT NULL,
                    PRIMARY KEY (mail_id, number)
                )
                """,
            ]),
        Migration(
            number: 11,
            statements: [
                "ALTER TABLE users ADD COLUMN origin text NOT NULL DEFAULT ''",
                "ALTER TABLE mails ADD COLUMN trace text NOT NULL DEFAULT ''",
            ]),
        Migration(
            number: 12,
            statements: [
                #"ALTER TABLE mails ADD COLUMN user_id text COLLATE "C""#,
                "CREATE INDEX mails_user ON mails(user_id, id) WHERE user_id IS NOT NULL",
                "CREATE INDEX mails_copies ON mails(copied_event_id) WHERE copied_event_id IS NOT NULL",
                "CREATE INDEX mails_cancelled ON mails(id) WHERE state = 'cancelled'",
            ]),
        Migration(
            number: 13,
            statements: [
                """
                CREATE TABLE moves(
                    id int8 PRIMARY KEY CHECK (id = 1),
                    move text NOT NULL,
                    side text NOT NULL,
                    phase text NOT NULL,
                    other text NOT NULL,
                    at int8 NOT NULL,
                    clock_shift int8 NOT NULL
                )
                """,
                """
                CREATE TABLE move_notes(
                    id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    name text NOT NULL,
                    text_key text NOT NULL,
                    number_key int8 NOT NULL
                )
                """,
                """
                CREATE FUNCTION refuse_write() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = '\(PostgresFence.refusal)'; END $$
                """,
            ]),
    ]

    /// Of the end of the index of users: "users" as a number.
    static let userIndexLock = 504_440_681_075
}
