import ShippyCore

extension PostgresStore {
    /// Ages are measured by the server's clock. A mail's age comes from its ID, which has a client's time, so a mail must be old
    /// by this client's clock, too.
    package func maintain() async throws {
        let now = try await pool.run { connection in
            try PostgresClock.look("SELECT 1", on: connection).clock.keep(connection)
            return Timestamp(milliseconds: try connection.execute("SELECT \(PostgresClock.now)").first { $0.integer(0) } ?? 0)
        }
        try await deleteInSteps(
            "DELETE FROM idempotency WHERE key IN (SELECT key FROM idempotency WHERE used_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
            .integer((now - retention.idempotencyKey).milliseconds))
        try await deleteInSteps(
            """
            WITH expired AS (
                DELETE FROM mails WHERE id IN (SELECT id FROM mails WHERE id < $1 AND state = 'sent' LIMIT $2 FOR UPDATE SKIP LOCKED)
                RETURNING id
            )
            UPDATE mail_totals SET sent = sent - (SELECT count(*) FROM expired) WHERE EXISTS (SELECT 1 FROM expired)
            """, .text(UUIDv7.lowerBound(min(now, .now) - retention.sentMail)))
    }

    /// Deletes with `sql`, which takes a bound and a number of rows, in short transactions until nothing is left.
    private func deleteInSteps(_ sql: String, _ bound: PostgresValue) async throws {
        while try await pool.run({ try $0.execute(sql, bound, .integer(1000)).changed }) > 0 {}
    }
}
