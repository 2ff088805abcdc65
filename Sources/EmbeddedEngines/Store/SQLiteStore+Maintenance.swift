import GRDB
import ShippyCore

extension SQLiteStore {
    /// Ages are measured by the database's clock. A mail's age comes from its ID, which has the wall clock's time, so a mail must
    /// be old by both clocks.
    package func maintain() async throws {
        let now = database.clock.now
        try await deleteInSteps(
            "DELETE FROM idempotency WHERE key IN (SELECT key FROM idempotency WHERE used_at < ? LIMIT ?)",
            (now - retention.idempotencyKey).milliseconds)
        try await deleteInSteps(
            "DELETE FROM mails WHERE id IN (SELECT id FROM mails WHERE id < ? AND state = 'sent' LIMIT ?)",
            UUIDv7.lowerBound(min(Timestamp(milliseconds: now.milliseconds), .now) - retention.sentMail)
        ) { db, count in
            try db.execute(sql: "UPDATE mail_totals SET sent = sent - ?", arguments: [count])
        }
    }

    /// Deletes with `sql`, which takes a bound and a number of rows, in short transactions that let other writers in between.
    ///
    /// - Parameter onDeletion: runs in the same transaction, with the number of deleted rows.
    private func deleteInSteps(
        _ sql: String, _ bound: some DatabaseValueConvertible & Sendable,
        onDeletion: @escaping @Sendable (Database, Int) throws -> Void = { _, _ in }
    ) async throws {
        let step = 1000
        var deleted = 0
        repeat {
            // A step that finds nothing holds the write lock for some microseconds and writes nothing.
            deleted = try await database.write { db in
                try db.execute(sql: sql, arguments: [bound, step])
                let deleted = db.changesCount
                if deleted > 0 { try onDeletion(db, deleted) }
                return deleted
            }
        } while deleted == step
    }
}
