import Foundation
import GRDB
package import ShippyCore

/// The clock that times the leases and due times of one embedded database.
///
/// It shows the time since boot plus an offset stored in the database. All processes share the time since boot and nobody can set
/// it, so the clock runs evenly while the wall clock is changed, and during suspension. After a reboot the clock continues from
/// the wall clock, so that the time of the reboot counts, but never from before the last time noted in the database.
package struct EmbeddedClock: Sendable {
    private let offset: Int64

    package var now: EngineTime { EngineTime(milliseconds: Boot.age + offset) }

    /// The time to show to people: as far from the wall clock's time as `time` is from now.
    package func wallTime(of time: EngineTime) -> Timestamp { .now + (time - now) }

    /// How far the wall clock is ahead of this one. Moves several times alike.
    package var wallShift: Duration { .now - Timestamp(milliseconds: now.milliseconds) }

    /// The time as far from now as `time` is from the wall clock's time.
    package func time(ofWall time: Timestamp) -> EngineTime { now + (time - .now) }

    /// Reads the offset, and stores one if there is none for this boot. Call it once per process, when opening the database.
    ///
    /// - Parameter onNewBoot: runs in the same transaction if the machine has rebooted since the database was used, to end the
    ///   leases from before the reboot, whose holders are gone.
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

    /// The clock of this boot; nil if the database has none.
    private static func known(_ db: Database) throws -> EmbeddedClock? {
        guard try db.tableExists("engine"), let row = try Row.fetchOne(db, sql: "SELECT boot, clock_offset, latest FROM engine") else { return nil }
        let clock = EmbeddedClock(offset: row[1])
        // A clock behind the noted time belongs to another boot with the same ID.
        guard row[0] == Boot.id, clock.now.milliseconds >= row[2] else { return nil }
        return clock
    }

    /// Notes `time` in the database. Part of transactions that may have set a due time, at most once a second per process.
    static func note(_ time: EngineTime, _ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE engine SET latest = max(latest, ?)").execute(arguments: [time.milliseconds])
    }
}
