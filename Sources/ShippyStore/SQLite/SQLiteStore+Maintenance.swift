import GRDB
import ShippyCore
import ShippySQLite

extension SQLiteStore {
    /// How long what is done with is kept.
    enum Retention {
        /// The bus here syncs to disk, too, so a published record is only of use to somebody who looks for it.
        static let publishedRecord = Duration.seconds(600)
        static let idempotencyKey = Duration.seconds(7 * 86_400)
        /// Longer than any event is replayed: a mail's row is what keeps its event from being mailed again.
        static let sentMail = Duration.seconds(90 * 86_400)
    }

    package func maintain() async throws {
        let now = Timestamp.now
        // The last published one stays: the next position is one more than the greatest there is. And only the oldest are
        // looked at: one that may not go yet ends the step.
        try await deleteInSteps(
            """
            DELETE FROM outbox WHERE position IN (
                SELECT position FROM (SELECT position, time FROM outbox ORDER BY position LIMIT ?2)
                WHERE time < ?1 AND position < \(Self.publishedThrough))
            """, (now - Retention.publishedRecord).milliseconds)
        try await deleteInSteps(
            "DELETE FROM idempotency WHERE key IN (SELECT key FROM idempotency WHERE used_at < ? LIMIT ?)",
            (now - Retention.idempotencyKey).milliseconds)
        try await deleteInSteps(
            "DELETE FROM mails WHERE id IN (SELECT id FROM mails WHERE id < ? AND state = 'sent' LIMIT ?)",
            UUIDv7.lowerBound(now - Retention.sentMail))
    }

    /// Deletes with `sql`, which takes a bound and a number of rows, in short transactions that let other writers in between.
    private func deleteInSteps(_ sql: String, _ bound: some DatabaseValueConvertible & Sendable) async throws {
        let step = 1000
        var deleted = 0
        repeat {
            // A look that finds nothing takes the write lock for some microseconds, and writes nothing.
            deleted = try await database.write { db in
                try db.execute(sql: sql, arguments: [bound, step])
                return db.changesCount
            }
        } while deleted == step
    }
}
