import GRDB
package import ShippyCore

extension SQLiteStore {
    static func revoke(_ subjects: [Revocation.Subject], at now: EngineTime, _ db: Database) throws {
        let insert = try db.cachedStatement(sql: "INSERT INTO revocations(kind, subject, except_session, at) VALUES (?, ?, ?, ?)")
        for subject in subjects {
            try insert.run(
                [.text(subject.kind), .text(subject.id), .optional(subject.exceptSession), .integer(now.milliseconds)], in: db)
        }
    }

    /// SQLite has one writer and never uses an ID twice, so IDs have the order of commits, and of time. Only the oldest are ever
    /// deleted. So the first and the last ID say which ones are there.
    package func revocations(ifChangedSince mark: String?) async throws -> Revocations? {
        let shift = database.clock.wallShift
        return try await database.read { db in
            let current = try String.fetchOne(
                db.cachedStatement(
                    sql: "SELECT ifnull((SELECT min(id) FROM revocations), 0) || '-' || ifnull((SELECT max(id) FROM revocations), 0)"))!
            if current == mark { return nil }
            let all = try Row.fetchAll(db.cachedStatement(sql: "SELECT kind, subject, except_session, at FROM revocations ORDER BY id")).map { row in
                Revocation(
                    subject: Revocation.Subject(kind: row[0], id: row[1], exceptSession: row[2]), at: Timestamp(milliseconds: row[3]) + shift)
            }
            return Revocations(mark: current, all: all)
        }
    }
}
