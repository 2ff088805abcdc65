import ShippyCore
import Synchronization

extension PostgresStore {
    /// Ages are measured by the server's clock. The age of a mail and of an audit entry comes from its ID, which has a client's
    /// time, so they must be old by this client's clock, too.
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
            ), attempts AS (
                DELETE FROM mail_attempts USING expired WHERE mail_id = expired.id
            )
            UPDATE mail_totals SET sent = sent - (SELECT count(*) FROM expired) WHERE EXISTS (SELECT 1 FROM expired)
            """, .text(UUIDv7.lowerBound(min(now, .now) - retention.sentMail)))
        try await deleteInSteps(
            """
            WITH cancelled AS (
                SELECT id FROM mails WHERE id < $1 AND state = 'cancelled' LIMIT $2 FOR UPDATE SKIP LOCKED
            ), attempts AS (
                DELETE FROM mail_attempts USING cancelled WHERE mail_id = cancelled.id
            )
            DELETE FROM mails USING cancelled WHERE mails.id = cancelled.id
            """, .text(UUIDv7.lowerBound(min(now, .now) - retention.sentMail)))
        try await deleteInSteps(
            "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_day < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
            .integer(Session.day(of: now)))
        try await deleteInSteps(
            "DELETE FROM api_tokens WHERE id IN (SELECT id FROM api_tokens WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
            .integer((now - retention.expiredToken).milliseconds))
        // A clock that is ahead must not let a revoked token in again.
        let last = try await pool.run { try $0.execute("SELECT coalesce(max(id), 0) FROM revocations").first { $0.integer(0) } ?? 0 }
        if let known = seenRevocations.withLock({ $0.note(last, at: clock.now, age: Self.revocationTime) }) {
            try await deleteInSteps(
                """
                DELETE FROM revocations WHERE id IN (
                    SELECT id FROM revocations WHERE at < $1 AND id <= \(known) LIMIT $2 FOR UPDATE SKIP LOCKED
                )
                """, .integer((min(now, .now) - Self.revocationTime).milliseconds))
        }
        try await deleteInSteps(
            "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE id < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
            .text(UUIDv7.lowerBound(min(now, .now) - retention.audit)))
    }

    /// Deletes with `sql`, which takes a bound and a number of rows, in short transactions until nothing is left.
    private func deleteInSteps(_ sql: String, _ bound: PostgresValue) async throws {
        while try await pool.run({ try $0.execute(sql, bound, .integer(1000)).changed }) > 0 {}
    }
}
