import GRDB
package import ShippyCore
import ShippySQLite

/// SQLite has one writer, so its outbox is handed to one claimant at a time as a whole: a claim then costs no write per
/// record, and events keep the order of their commits.
extension SQLiteStore {
    package func claimOutbox(limit: Int, owner: String, lease: Duration) async throws -> [OutboxRecord] {
        // A look first: an idle relay must not write.
        let isEmpty = try await database.read { db in
            try Row.fetchOne(db.cachedStatement(sql: "SELECT 1 FROM outbox WHERE published_at IS NULL LIMIT 1")) == nil
        }
        if isEmpty { return [] }
        return try await database.write { db in
            guard try Self.takeLease(owner: owner, for: lease, db) else { return [] }
            return try Row.fetchAll(
                db.cachedStatement(sql: """
                    SELECT position, event_id, subject, time, headers, payload FROM outbox
                    WHERE published_at IS NULL ORDER BY position LIMIT ?
                    """), arguments: [limit]
            ).map { row in
                OutboxRecord(
                    position: row[0],
                    event: OutgoingEvent(
                        id: row[1], subject: Subject(unchecked: row[2]), time: Timestamp(milliseconds: row[3]),
                        headers: EventHeaders(block: try row.bytes(at: 4)), payload: try row.bytes(at: 5)))
            }
        }
    }

    /// A lease that ends later than any lease could is one from before the clock was set back, and counts as ended.
    private static func takeLease(owner: String, for lease: Duration, _ db: Database) throws -> Bool {
        let now = Timestamp.now.milliseconds
        let until = now + lease.milliseconds
        let row = try Row.fetchOne(db.cachedStatement(sql: "SELECT owner, until FROM outbox_lease WHERE id = 1"))
        if let row, row[0] != owner, row[1] > now, row[1] <= now + 10 * lease.milliseconds { return false }
        // Renewed only past half its time, so that most claims write nothing.
        if let row, row[0] == owner, row[1] > now + lease.milliseconds / 2 { return true }
        try db.cachedStatement(sql: """
            INSERT INTO outbox_lease(id, owner, until) VALUES (1, ?, ?)
            ON CONFLICT(id) DO UPDATE SET owner = excluded.owner, until = excluded.until
            """).execute(arguments: [owner, until])
        return true
    }

    package func markPublished(_ positions: [Int64]) async throws {
        let now = Timestamp.now.milliseconds
        try await database.write { db in
            let statement = try db.cachedStatement(sql: "UPDATE outbox SET published_at = ? WHERE position = ?")
            for position in positions { try statement.execute(arguments: [now, position]) }
        }
    }

    package func releaseOutbox(owner: String) async throws {
        try await database.write { db in
            try db.execute(sql: "DELETE FROM outbox_lease WHERE owner = ?", arguments: [owner])
        }
        outboxSignal.raise()
    }

    package func outboxStatus() async throws -> OutboxStatus {
        try await database.read { db in
            let row = try Row.fetchOne(db, sql: "SELECT count(*), min(time) FROM outbox WHERE published_at IS NULL")!
            let oldest: Int64? = row[1]
            let age = oldest.map { max(0, (Timestamp.now - Timestamp(milliseconds: $0)).seconds) } ?? 0
            return OutboxStatus(pending: row[0], oldestAge: age)
        }
    }

    package func isPublished(eventID: String) async throws -> Bool {
        try await database.read { db in
            try Row.fetchOne(db, sql: "SELECT 1 FROM outbox WHERE published_at IS NULL AND event_id = ?", arguments: [eventID]) == nil
        }
    }
}
