import GRDB
import ShippyCore

extension SQLiteStore {
    /// Ages are measured by the database's clock. The age of a mail and of an audit entry comes from its ID, which has the wall
    /// clock's time, so they must be old by both clocks.
    package func maintain() async throws {
        let now = database.clock.now
        let wall = min(Timestamp(milliseconds: now.milliseconds), .now)
        try await deleteInSteps(
            "DELETE FROM idempotency WHERE key IN (SELECT key FROM idempotency WHERE used_at < ? LIMIT ?)",
            (now - retention.idempotencyKey).milliseconds)
        try await deleteInSteps(
            "DELETE FROM mails WHERE id IN (SELECT id FROM mails WHERE id < ? AND state = 'sent' LIMIT ?)",
            UUIDv7.lowerBound(wall - retention.sentMail)
        ) { db, count in
            try db.execute(sql: "UPDATE mail_totals SET sent = sent - ?", arguments: [count])
        }
        try await deleteInSteps(
            "DELETE FROM mails WHERE id IN (SELECT id FROM mails WHERE state = 'cancelled' AND id < ? LIMIT ?)",
            UUIDv7.lowerBound(wall - retention.sentMail))
        try await deleteInSteps(
            "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_day < ? LIMIT ?)",
            Session.day(of: Timestamp(milliseconds: now.milliseconds)))
        try await deleteInSteps(
            "DELETE FROM api_tokens WHERE id IN (SELECT id FROM api_tokens WHERE expires_at < ? LIMIT ?)",
            (now - retention.expiredToken).milliseconds)
        // In the order of IDs: see `revocations(ifChangedSince:)`. A clock that is ahead must not let a revoked token in again.
        try await deleteInSteps(
            "DELETE FROM revocations WHERE id IN (SELECT id FROM revocations WHERE at < ? ORDER BY id LIMIT ?)",
            (wall - Self.revocationTime).milliseconds)
        try await deleteInSteps(
            "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE id < ? LIMIT ?)", UUIDv7.lowerBound(wall - retention.audit))
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
