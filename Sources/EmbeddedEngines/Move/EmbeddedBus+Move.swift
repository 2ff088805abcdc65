import GRDB
package import ShippyCore

extension EmbeddedBus: MovableBus {
    package func extent() async throws -> LogExtent? {
        try await database.read { db in
            let log = try EventLog(db)
            let count = try Int64.fetchOne(db, sql: "SELECT count(*) FROM events")!
            return LogExtent(identity: log.identity, first: log.firstSequence, last: log.lastSequence, count: count)
        }
    }

    /// Whatever somebody holds counts as not acknowledged.
    package func movedGroups() async throws -> [MovedGroup] {
        try await database.read { db in
            let log = try EventLog(db)
            return try Row.fetchAll(db, sql: "SELECT name, filter, next_seq FROM consumers ORDER BY name").map { row in
                let name: String = row[0]
                func firstLease(_ condition: String) throws -> Int64? {
                    try Int64.fetchOne(
                        db,
                        sql: """
                            SELECT min(first_seq) FROM leases LEFT JOIN events ON seq = first_seq AND first_seq = last_seq
                            WHERE consumer = ? AND \(condition)
                            """, arguments: [name, Subject.replays(of: name).description])
                }
                let held = try firstLease("subject IS NOT ?")
                let replay = try firstLease("subject IS ?")
                return MovedGroup(
                    name: name, filter: try SubjectFilter(row[1]), acknowledged: min(row[2], held ?? .max) - 1,
                    replaysAcknowledged: replay.map { $0 - 1 } ?? log.lastSequence)
            }
        }
    }

    package func begin(at sequence: Int64) async throws {
        try await database.write { db in
            var log = try EventLog(db)
            try log.begin(at: sequence)
            try log.save()
        }
    }

    package func append(copies: [Event], through end: Int64) async throws {
        try await database.write { db in
            var log = try EventLog(db)
            for event in copies { try log.append(copy: event) }
            try log.skip(through: end)
            try log.save()
        }
        signal.raise()
    }

    package func place(_ groups: [MovedGroup]) async throws {
        try await database.write { db in
            for group in groups {
                try db.execute(sql: "DELETE FROM leases WHERE consumer = ?", arguments: [group.name])
                try db.execute(
                    sql: "INSERT OR REPLACE INTO consumers(name, filter, next_seq) VALUES (?, ?, ?)",
                    arguments: [group.name, group.filter.description, group.acknowledged + 1])
                // As ``EventLog/settle(_:by:)`` hands out a replay.
                try db.execute(
                    sql: """
                        INSERT INTO leases(consumer, first_seq, last_seq, attempt, until)
                        SELECT ?, seq, seq, 0, 0 FROM events WHERE subject = ? AND seq > ? ORDER BY seq
                        """, arguments: [group.name, Subject.replays(of: group.name).description, group.replaysAcknowledged])
            }
        }
    }
}
