import GRDB
import ShippyCore
import ShippySQLite

extension SQLiteStore {
    /// Ages are counted by the clock of the database. That of a mail is told by its id, which has the wall clock's time in it: it must
    /// be old by both.
    package func maintain() async throws {
        let now = database.clock.now
        while try await dropOldestRun(publishedBefore: now - retention.publishedRecord) {}
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

    /// Deletes at most a thousand published records.
    /// - Returns: whether there may be more.
    private func dropOldestRun(publishedBefore time: EngineTime) async throws -> Bool {
        try await database.write { db in
            guard
                let run = try Row.fetchOne(
                    db, sql: "SELECT id, first_position, last_position FROM outbox_runs WHERE published_at < ? ORDER BY id LIMIT 1",
                    arguments: [time.milliseconds])
            else { return false }
            let step = 1000
            try db.execute(
                sql: "DELETE FROM outbox WHERE position IN (SELECT position FROM outbox WHERE position BETWEEN ? AND ? ORDER BY position LIMIT ?)",
                arguments: [run[1] as Int64, run[2] as Int64, step])
            if db.changesCount < step { try db.execute(sql: "DELETE FROM outbox_runs WHERE id = ?", arguments: [run[0] as Int64]) }
            return true
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
