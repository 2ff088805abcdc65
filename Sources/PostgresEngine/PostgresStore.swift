package import ShippyCore
import Synchronization

/// A store in a PostgreSQL database, shared by any number of processes on any number of machines.
package final class PostgresStore: Store, Outbox {
    let pool: PostgresPool
    let retention: StoreRetention
    private let outboxNotifier = ChangeNotifier()
    private let mailNotifier = ChangeNotifier()
    private let listener: PostgresListener
    let creations: GroupCommit<NewUser, Result<StoredUser, ShippyError>>
    let newMails: GroupCommit<Mail, (id: String, isNew: Bool)>
    let refreshes: GroupCommit<SessionRefresh, SessionRefresh.Outcome>
    let newEntries: GroupCommit<[AuditEntry], Void>
    let clock: SteadyClock
    let seenRevocations = Mutex(SeenRevocations())
    /// Its address, without a password.
    let place: String

    package enum Purpose: Sendable {
        case use
        /// To move it: nobody else may use a store that was moved, or is only partly there.
        case move
        /// To see what is there: not even the tables are made.
        case look
    }

    /// Connects on first use, so that a service can start before its database.
    ///
    /// - Parameters:
    ///   - url: a URL of libpq's, `postgres://user@host/database?sslmode=verify-full`.
    ///   - connections: the most open connections, in addition to one that listens.
    ///   - clock: for the age of revocations.
    /// - Throws: ``ShippyError`` `.usage` for a URL that cannot be parsed.
    package init(
        url: String, connections: Int, retention: StoreRetention = StoreRetention(), clock: SteadyClock = .system, for purpose: Purpose = .use
    ) throws {
        self.clock = clock
        self.retention = retention
        let pool = try PostgresPool(url: url, connections: connections) { connection in
            if purpose == .look { return }
            try PostgresSchema.migrate(connection)
            if purpose == .use { try PostgresFence.record(connection)?.requireUsable() }
        }
        self.pool = pool
        place = pool.server
        // A second commit can be prepared while the first waits for the disk.
        creations = GroupCommit(batchLimit: 256, capacity: 8192, atOnce: 2) { [outboxNotifier] users in
            let outcomes = try await pool.run { try Self.insert(users, $0) }
            outboxNotifier.raise()
            return outcomes
        }
        newMails = GroupCommit(batchLimit: 256, capacity: 8192) { [mailNotifier] mails in
            let outcomes = try await pool.run { try Self.enqueue(mails, $0) }
            mailNotifier.raise()
            return outcomes
        }
        refreshes = GroupCommit(batchLimit: 256, capacity: 8192, atOnce: 2) { refreshes in
            try await pool.run { try Self.refresh(refreshes, $0) }
        }
        newEntries = GroupCommit(batchLimit: 256, capacity: 8192) { entries in
            try await pool.run { _ = try $0.execute([Self.recording(entries.flatMap(\.self))]) }
            return entries.map { _ in }
        }
        listener = PostgresListener(pool: pool, notifiers: ["shippy_outbox": outboxNotifier, "shippy_mail": mailNotifier])
    }

    package var outbox: (any Outbox)? { self }

    package var outboxChanges: ChangeNotifier {
        listener.start()
        return outboxNotifier
    }

    package var mailChanges: ChangeNotifier {
        listener.start()
        return mailNotifier
    }

    /// So that this process need not wait for the notification.
    func raiseOutbox() { outboxNotifier.raise() }

    func raiseMail() { mailNotifier.raise() }

    package func probe() async throws -> String {
        try await pool.run { connection in
            // Rewrites a row unchanged, which a standby refuses. A full disk may go unnoticed: see `tryWriting`. The other
            // statements write nothing, but fail on a missing table, a missing permission or a lock that someone holds.
            try connection.execute(
                [PostgresStatement("UPDATE engine SET latest = latest")]
                    + ["users", "outbox", "outbox_pending", "mails", "sessions", "audit"].map { PostgresStatement("DELETE FROM \($0) WHERE false") })
            return "PostgreSQL \(connection.serverVersion.split(separator: " ").first ?? "")"
        }
    }

    /// The row is deleted in its own transaction: it is written, but nobody ever sees it. Clients' keys never contain a space.
    package func tryWriting() async throws -> Bool {
        try await pool.run { connection in
            try connection.execute([
                PostgresStatement(
                    """
                    INSERT INTO idempotency(key, fingerprint, user_id, used_at)
                    SELECT 'write probe ' || gen_random_uuid(), string_agg(gen_random_uuid()::text, ''), '', 0 FROM generate_series(1, 900)
                    """), PostgresStatement("DELETE FROM idempotency WHERE key LIKE 'write probe %'"),
            ])
            return true
        }
    }

    /// Consists of the UUID stored with our tables, which a dump includes; the OID of the database on its server; and the
    /// server's system identifier, which initdb chose. The last is left out if the public right to call `pg_control_system()` was
    /// revoked.
    package func identity() async throws -> String {
        try await pool.run { connection in
            let parts = try connection.execute(
                """
                SELECT uuid, (SELECT oid::int8 FROM pg_database WHERE datname = current_database()),
                    has_function_privilege('pg_control_system()', 'EXECUTE')::int::int8
                FROM engine
                """
            ).first { (uuid: $0.text(0), database: $0.integer(1), mayAskForServer: $0.integer(2) == 1) }
            guard let parts else { throw PostgresError.noEngine }
            var identity = "\(parts.uuid)-\(String(parts.database, radix: 16))"
            // A separate statement: the permission is checked even where the function is named but not called.
            if parts.mayAskForServer,
                let server = try connection.execute("SELECT system_identifier FROM pg_control_system()").first({ $0.integer(0) })
            {
                identity += "-\(String(UInt64(bitPattern: server), radix: 16))"
            }
            return identity
        }
    }

    package func close() async {
        await listener.stop()
        await pool.close()
    }
}
