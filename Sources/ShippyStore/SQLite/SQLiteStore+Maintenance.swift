import GRDB
import ShippyCore
import ShippySQLite

extension SQLiteStore {
    package func maintain() async throws {
        let now = Timestamp.now
        // The last published one stays: the next position is one more than the greatest there is. And only the oldest are
        // looked at: one that may not go yet ends the step.
        try await deleteInSteps(
            """
            DELETE FROM outbox WHERE position IN (
                SELECT position FROM (SELECT position, time FROM outbox ORDER BY position LIMIT ?2)
                WHERE time < ?1 AND position < \(Self.publishedThrough))
            """, (now - retention.publishedRecord).milliseconds)
        // What went with them can no longer be published again.
        try await database.write { db in
            try db.execute(sql: "DELETE FROM outbox_published WHERE position < (SELECT min(position) FROM outbox)")
        }
        try await deleteInSteps(
            "DELETE FROM idempotency WHERE key IN (SELECT key FROM idempotency WHERE used_at < ? LIMIT ?)",
            (now - retention.idempotencyKey).milliseconds)
        try await deleteInSteps(
            "DELETE FROM mails WHERE id IN (SELECT id FROM mails WHERE id < ? AND state = 'sent' LIMIT ?)",
            UUIDv7.lowerBound(now - retention.sentMail)
        ) { db, count in
            try db.execute(sql: "UPDATE mail_totals SET sent = sent - ?", arguments: [count])
        }
    }

    /// Deletes with `sql`, which takes a bound and a number of rows, in short transactions that let other writers in between.
    ///
    /// - Parameter onDeletion: runs in the same transaction, with the number of rows that it deleted.
    private func deleteInSteps(
        _ sql: String, _ bound: some DatabaseValueConvertible & Sendable,
        onDeletion: @escaping @Sendable (Database, Int) throws -> Void = { _, _ in }
    ) async throws {
        let step = 1000
        var deleted = 0
        repeat {
            // A look that finds nothing takes the write lock for some microseconds, and writes nothing.
            deleted = try await database.write { db in
                try db.execute(sql: sql, arguments: [bound, step])
                let deleted = db.changesCount
                if deleted > 0 { try onDeletion(db, deleted) }
                return deleted
            }
        } while deleted == step
    }
}
