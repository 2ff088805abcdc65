import GRDB
package import ShippyCore
import ShippySQLite

/// SQLite has one writer, which gives each record its position in the order of commits: so one position says how far the
/// outbox is published, and a record costs no write when it is. For the same reason the outbox is handed to one claimant at
/// a time as a whole, and events keep the order of their commits.
extension SQLiteStore {
    package func claimOutbox(limit: Int, owner: String, lease: Duration) async throws -> [OutboxRecord] {
        // A look first: an idle relay must not write.
        let isEmpty = try await database.read { db in
            try Row.fetchOne(db.cachedStatement(sql: "SELECT 1 FROM outbox WHERE position > \(Self.publishedThrough) LIMIT 1")) == nil
        }
        if isEmpty { return [] }
        return try await database.write { db in
            guard try Self.takeLease(owner: owner, for: lease, db) else { return [] }
            return try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT position, event_id, subject, time, headers, payload FROM outbox
                        WHERE position > \(Self.publishedThrough) ORDER BY position LIMIT ?
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

    static let publishedThrough = "(SELECT published_through FROM outbox_state)"

    /// A lease that ends later than any lease could is one from before the clock was set back, and counts as ended.
    private static func takeLease(owner: String, for lease: Duration, _ db: Database) throws -> Bool {
        let now = Timestamp.now.milliseconds
        let row = try Row.fetchOne(db.cachedStatement(sql: "SELECT owner, until FROM outbox_state"))!
        let holder: String? = row[0]
        let until: Int64 = row[1]
        if let holder, holder != owner, until > now, until <= now + 10 * lease.milliseconds { return false }
        // Renewed only past half its time, so that most claims write nothing.
        if holder == owner, until > now + lease.milliseconds / 2 { return true }
        try db.cachedStatement(sql: "UPDATE outbox_state SET owner = ?, until = ?").execute(arguments: [owner, now + lease.milliseconds])
        return true
    }

    package func markPublished(_ published: [(position: Int64, sequence: Int64)]) async throws {
        guard let last = published.map(\.position).max(), let lastSequence = published.map(\.sequence).max() else { return }
        try await database.write { db in
            let pending = try Int.fetchOne(
                db.cachedStatement(sql: "SELECT count(*) FROM outbox WHERE position > \(Self.publishedThrough) AND position <= ?"),
                arguments: [last])
            if pending == published.count {
                try db.cachedStatement(sql: "UPDATE outbox_state SET published_through = ?").execute(arguments: [last])
                try db.cachedStatement(sql: "INSERT OR REPLACE INTO outbox_published(position, sequence) VALUES (?, ?)")
                    .execute(arguments: [last, lastSequence])
            } else {
                // Some before them are not published: these go one by one, and the others stay pending.
                let delete = try db.cachedStatement(sql: "DELETE FROM outbox WHERE position = ?")
                for record in published { try delete.execute(arguments: [record.position]) }
            }
        }
    }

    package func lastPublishedSequence() async throws -> Int64 {
        try await database.read { try Int64.fetchOne($0.cachedStatement(sql: "SELECT max(sequence) FROM outbox_published")) ?? 0 }
    }

    package func reopenOutbox(from sequence: Int64) async throws -> Int {
        let reopened = try await database.write { db in
            // Everything after the last batch that the bus has whole.
            let through =
                try Int64.fetchOne(db, sql: "SELECT max(position) FROM outbox_published WHERE sequence < ?", arguments: [sequence]) ?? 0
            let count = try Int.fetchOne(
                db, sql: "SELECT count(*) FROM outbox WHERE position > ? AND position <= \(Self.publishedThrough)", arguments: [through])!
            try db.execute(sql: "DELETE FROM outbox_published WHERE sequence >= ?", arguments: [sequence])
            try db.execute(sql: "UPDATE outbox_state SET published_through = min(published_through, ?)", arguments: [through])
            return count
        }
        outboxSignal.raise()
        return reopened
    }

    package func releaseOutbox(owner: String) async throws {
        let hadLease = try await database.write { db in
            try db.execute(sql: "UPDATE outbox_state SET owner = NULL WHERE owner = ?", arguments: [owner])
            return db.changesCount > 0
        }
        if hadLease { outboxSignal.raise() }
    }

    package func outboxStatus() async throws -> OutboxStatus {
        try await database.read { db in
            let row = try Row.fetchOne(db, sql: "SELECT count(*), min(time) FROM outbox WHERE position > \(Self.publishedThrough)")!
            let oldest: Int64? = row[1]
            let age = oldest.map { max(0, (Timestamp.now - Timestamp(milliseconds: $0)).seconds) } ?? 0
            return OutboxStatus(pending: row[0], oldestAge: age)
        }
    }
}
