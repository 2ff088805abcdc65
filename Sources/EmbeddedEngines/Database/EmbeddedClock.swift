import Foundation
import GRDB
package import ShippyCore

/// The clock that counts leases and due times of one embedded database.
///
/// It is the time since the machine was started, which all its processes share and nobody sets, plus an offset that the
/// database keeps. So it goes on evenly while somebody moves the wall clock, and during suspension, too. After a restart of
/// the machine the offset is chosen anew: the clock never goes back behind the last time noted in the database, and moves on
/// to the wall clock where that is later, so that the time of the restart counts.
package struct EmbeddedClock: Sendable {
    private let offset: Int64

    package var now: EngineTime { EngineTime(milliseconds: Boot.age + offset) }

    /// What to show to people: as far from the wall clock's time as `time` is from now.
    package func wallTime(of time: EngineTime) -> Timestamp { .now + (time - now) }

    /// As far from now as `time` is by the wall clock of this moment.
    package func time(ofWall time: Timestamp) -> EngineTime { now + (time - .now) }

    /// Reads the offset, and writes it when there is none for this boot. To be called once by each process, when it opens the
    /// database.
    ///
    /// - Parameter onNewBoot: runs in the same transaction when the machine was started anew since the database was used: whoever
    ///   held a lease then is gone.
    static func open(_ pool: DatabasePool, onNewBoot: (Database, EngineTime) throws -> Void) throws -> EmbeddedClock {
        if let clock = try pool.read({ try known($0) }) { return clock }
        return try pool.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS engine(
                        id INTEGER PRIMARY KEY CHECK (id = 1),
                        uuid TEXT NOT NULL,
                        boot TEXT NOT NULL,
                        clock_offset INTEGER NOT NULL,
                        latest INTEGER NOT NULL
                    )
                    """)
            // Another process may have been faster.
            if let clock = try known(db) { return clock }
            let latest = try Int64.fetchOne(db, sql: "SELECT latest FROM engine")
            let now = max(Timestamp.now.milliseconds, latest ?? 0)
            try db.execute(
                sql: """
                    INSERT INTO engine(id, uuid, boot, clock_offset, latest) VALUES (1, ?, ?, ?, ?)
                    ON CONFLICT(id) DO UPDATE SET boot = excluded.boot, clock_offset = excluded.clock_offset, latest = excluded.latest
                    """, arguments: [UUID().uuidString.lowercased(), Boot.id, now - Boot.age, now])
            if latest != nil { try onNewBoot(db, EngineTime(milliseconds: now)) }
            return try known(db)!
        }
    }

    /// The clock of this boot, if the database has one.
    private static func known(_ db: Database) throws -> EmbeddedClock? {
        guard try db.tableExists("engine"), let row = try Row.fetchOne(db, sql: "SELECT boot, clock_offset, latest FROM engine") else { return nil }
        let clock = EmbeddedClock(offset: row[1])
        // A clock behind what was noted would be one of another boot under the same name.
        guard row[0] == Boot.id, clock.now.milliseconds >= row[2] else { return nil }
        return clock
    }

    /// Writes down that it was this late. Part of every transaction that may have set a due time, but not more often than
    /// once a second.
    static func note(_ time: EngineTime, _ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE engine SET latest = max(latest, ?)").execute(arguments: [time.milliseconds])
    }
}
