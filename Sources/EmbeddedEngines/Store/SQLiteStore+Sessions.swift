import GRDB
package import ShippyCore

/// The table has times of the database's clock, except for the time of creation.
extension SQLiteStore {
    package func insertSession(
        _ session: Session, ifRevision revision: Int64?, event: OutgoingEvent?, audit: AuditEntry?
    ) async throws -> Bool {
        let isInserted = try await database.boundedWrite { [database, events] db in
            let clock = database.clock
            var stored = session.moved(by: .zero - clock.wallShift)
            stored.counterSince = Timestamp(milliseconds: clock.now.milliseconds)
            try db.cachedStatement(
                sql: """
                    INSERT INTO sessions(\(Self.columns), expires_day)
                    SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM users WHERE id = ? AND disabled = 0 AND revision = ifnull(?, revision)
                    """
            ).run(
                [
                    .text(stored.id), .text(stored.userID), .integer(stored.createdAt.milliseconds), .integer(stored.lastUsedAt.milliseconds),
                    .integer(stored.expiresAt.milliseconds), .integer(stored.counter), .integer(stored.previous),
                    .integer(stored.counterSince.milliseconds), .text(stored.client), .text(stored.address), .integer(stored.expiryDay),
                    .text(stored.userID), .optional(revision),
                ], in: db)
            guard db.changesCount == 1 else { return false }
            if let event { _ = try events.append([event], db) }
            if let audit { try Self.record([audit], db) }
            return true
        }
        if isInserted, event != nil { events.wake() }
        return isInserted
    }

    package func refresh(_ refresh: SessionRefresh) async throws -> SessionRefresh.Outcome {
        try await refreshes.submit(refresh)
    }

    static func refresh(_ refreshes: [SessionRefresh], _ clock: EmbeddedClock, _ db: Database) throws -> [SessionRefresh.Outcome] {
        let (now, shift) = (clock.now, clock.wallShift)
        // One after another: each sees what those before it have written.
        return try refreshes.map { refresh in
            guard let session = try stored(refresh.sessionID, db) else { return .ended }
            switch SessionRefresh.decision(for: refresh.counter, of: session, at: Timestamp(milliseconds: now.milliseconds)) {
            case .expired:
                return .ended
            case .repeat:
                return .repeated(session.moved(by: shift))
            case .advance:
                let advanced = session.advanced(by: refresh, shift: shift, at: Timestamp(milliseconds: now.milliseconds))
                try save(advanced, isOnSameDay: advanced.expiryDay == session.expiryDay, db)
                return .advanced(advanced.moved(by: shift))
            case .end:
                try db.cachedStatement(sql: "DELETE FROM sessions WHERE id = ?").run([.text(session.id)], in: db)
                try revoke([.session(session.id)], at: now, db)
                try record([refresh.auditIfReused.about(session)], db)
                return .reused(userID: session.userID)
            }
        }
    }

    /// - Parameter isOnSameDay: whether the day of expiry is the one that is stored, so that its index stays as it is.
    private static func save(_ session: Session, isOnSameDay: Bool, _ db: Database) throws {
        try db.cachedStatement(
            sql: "UPDATE sessions SET last_used_at = ?, expires_at = ?, counter = ?, previous = ?, counter_since = ?, address = ? WHERE id = ?"
        ).run(
            [
                .integer(session.lastUsedAt.milliseconds), .integer(session.expiresAt.milliseconds), .integer(session.counter),
                .integer(session.previous), .integer(session.counterSince.milliseconds), .text(session.address), .text(session.id),
            ], in: db)
        guard !isOnSameDay else { return }
        try db.cachedStatement(sql: "UPDATE sessions SET expires_day = ? WHERE id = ?")
            .run([.integer(session.expiryDay), .text(session.id)], in: db)
    }

    private static let columns = "id, user_id, created_at, last_used_at, expires_at, counter, previous, counter_since, client, address"

    private static func stored(_ id: String, _ db: Database) throws -> Session? {
        try Row.fetchOne(db.cachedStatement(sql: "SELECT \(columns) FROM sessions WHERE id = ?"), arguments: [id]).map(session)
    }

    private static func session(_ row: Row) -> Session {
        Session(
            id: row[0], userID: row[1], createdAt: Timestamp(milliseconds: row[2]), lastUsedAt: Timestamp(milliseconds: row[3]),
            expiresAt: Timestamp(milliseconds: row[4]), counter: row[5], previous: row[6], counterSince: Timestamp(milliseconds: row[7]),
            client: row[8], address: row[9])
    }

    package func session(id: String) async throws -> Session? {
        try await database.read { [database] db in
            guard let session = try Self.stored(id, db), session.expiresAt.milliseconds > database.clock.now.milliseconds else { return nil }
            return session.moved(by: database.clock.wallShift)
        }
    }

    package func sessions(ofUser userID: String?, after cursor: String?, limit: Int) async throws -> [ListedSession] {
        try await database.read { [database] db in
            let shift = database.clock.wallShift
            var arguments: StatementArguments = [cursor ?? "", database.clock.now.milliseconds, limit]
            if let userID { arguments += [userID] }
            return try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT \(Self.columns), (SELECT email FROM users WHERE users.id = user_id) FROM sessions
                        WHERE id > ?1 AND expires_at > ?2 \(userID == nil ? "" : "AND user_id = ?4") ORDER BY id LIMIT ?3
                        """), arguments: arguments
            ).map { ListedSession(Self.session($0).moved(by: shift), email: $0[10] ?? "") }
        }
    }

    package func endSessions(_ ids: [String], ifValid authority: Authority?, audit: AuditEntry?) async throws -> [String] {
        try await database.boundedWrite { [database] db in
            let now = database.clock.now
            try Self.check(authority, at: now, db)
            var (found, ended): ([String], [String]) = ([], [])
            for id in ids {
                guard let session = try Self.stored(id, db) else { continue }
                try db.cachedStatement(sql: "DELETE FROM sessions WHERE id = ?").run([.text(id)], in: db)
                found.append(id)
                if session.expiresAt.milliseconds > now.milliseconds { ended.append(id) }
            }
            // An access token may outlive the session that it was issued for.
            try Self.revoke(found.map { .session($0) }, at: now, db)
            if !ended.isEmpty, let audit { try Self.record([audit], db) }
            return ended
        }
    }

    package func endSessions(ofUser userID: String, ifValid authority: Authority?, audit: AuditEntry?) async throws -> Int {
        try await database.boundedWrite { [database] db in
            let now = database.clock.now
            try Self.check(authority, at: now, db)
            let count = try Self.endSessions(ofUser: userID, except: nil, at: now, db)
            if let audit { try Self.record([audit], db) }
            return count
        }
    }

    /// - Returns: how many there were that had not expired.
    static func endSessions(ofUser userID: String, except session: String?, at now: EngineTime, _ db: Database) throws -> Int {
        let count = try Int.fetchOne(
            db.cachedStatement(sql: "SELECT count(*) FROM sessions WHERE user_id = ? AND id IS NOT ? AND expires_at > ?"),
            arguments: [userID, session, now.milliseconds])!
        // Each by itself, too: the user's revocation is compared with the time in a session's ID, which a clock that was ahead has set.
        try db.cachedStatement(
            sql: """
                INSERT INTO revocations(kind, subject, at) SELECT 'session', id, ? FROM sessions WHERE user_id = ? AND id IS NOT ?
                """
        ).run([.integer(now.milliseconds), .text(userID), .optional(session)], in: db)
        try db.cachedStatement(sql: "DELETE FROM sessions WHERE user_id = ? AND id IS NOT ?")
            .run([.text(userID), .optional(session)], in: db)
        try revoke([.user(userID, exceptSession: session)], at: now, db)
        return count
    }
}
