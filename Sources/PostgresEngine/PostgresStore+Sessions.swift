package import ShippyCore

/// The table has times of the server's clock, except for the time of creation. Sessions are locked in the order of their IDs, so
/// that transactions cannot wait for each other in a circle.
extension PostgresStore {
    package func insertSession(
        _ session: Session, ifRevision revision: Int64?, event: OutgoingEvent?, audit: AuditEntry?
    ) async throws -> Bool {
        let isInserted = try await pool.run { connection in
            try connection.transaction {
                // A change of the user waits for this transaction, and sees the session; or this one waits, and sees the change.
                let results = try connection.execute([
                    PostgresStatement(
                        "SELECT 1 FROM users WHERE id = $1 AND disabled = 0 AND ($2 < 0 OR revision = $2) FOR SHARE",
                        [.text(session.userID), .integer(revision ?? -1)]),
                    PostgresStatement("SELECT \(PostgresClock.now)"),
                ])
                guard results[0].count == 1, let now = results[1].first({ Timestamp(milliseconds: $0.integer(0)) }) else { return false }
                var stored = session.moved(by: now - .now)
                stored.counterSince = now
                var rest = [Self.insertion(of: stored)]
                if let event { rest.append(Self.recording(event)) }
                if let audit { rest.append(Self.recording([audit])) }
                try connection.execute(rest)
                return true
            }
        }
        if isInserted, event != nil { raiseOutbox() }
        return isInserted
    }

    private static func insertion(of session: Session) -> PostgresStatement {
        PostgresStatement(
            "INSERT INTO sessions(\(columns), expires_day) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            [
                .text(session.id), .text(session.userID), .integer(session.createdAt.milliseconds), .integer(session.lastUsedAt.milliseconds),
                .integer(session.expiresAt.milliseconds), .integer(session.counter), .integer(session.previous),
                .integer(session.counterSince.milliseconds), .text(session.client), .text(session.address), .integer(session.expiryDay),
            ])
    }

    package func refresh(_ refresh: SessionRefresh) async throws -> SessionRefresh.Outcome {
        try await refreshes.submit(refresh)
    }

    static func refresh(_ refreshes: [SessionRefresh], _ connection: PostgresConnection) throws -> [SessionRefresh.Outcome] {
        try connection.transaction {
            let results = try connection.execute([
                PostgresStatement(
                    "SELECT \(columns) FROM sessions WHERE id = ANY($1) ORDER BY id FOR UPDATE",
                    [.texts(Array(Set(refreshes.map(\.sessionID))))]),
                // A separate statement, so that it is the time after the wait for the locks.
                PostgresStatement("SELECT \(PostgresClock.now)"),
            ])
            let now = Timestamp(milliseconds: results[1].first { $0.integer(0) } ?? 0)
            var batch = RefreshBatch(results[0].map(session), at: now, shift: .now - now)
            let outcomes = refreshes.map { batch.decide($0) }
            let changes = changes(batch)
            if !changes.isEmpty { try connection.execute(changes) }
            return outcomes
        }
    }

    private static func changes(_ batch: RefreshBatch) -> [PostgresStatement] {
        var statements: [PostgresStatement] = []
        let advanced = batch.advanced
        if !advanced.isEmpty {
            statements.append(
                PostgresStatement(
                    """
                    UPDATE sessions SET last_used_at = t.last_used_at, expires_at = t.expires_at, expires_day = t.expires_day,
                        counter = t.counter, previous = t.previous, counter_since = t.counter_since, address = t.address
                    FROM unnest($1::text[], $2::int8[], $3::int8[], $4::int8[], $5::int8[], $6::int8[], $7::int8[], $8::text[])
                    AS t(id, last_used_at, expires_at, expires_day, counter, previous, counter_since, address) WHERE sessions.id = t.id
                    """,
                    [
                        .texts(advanced.map(\.id)), .integers(advanced.map(\.lastUsedAt.milliseconds)),
                        .integers(advanced.map(\.expiresAt.milliseconds)), .integers(advanced.map(\.expiryDay)),
                        .integers(advanced.map(\.counter)), .integers(advanced.map(\.previous)), .integers(advanced.map(\.counterSince.milliseconds)),
                        .texts(advanced.map(\.address)),
                    ]))
        }
        if !batch.ended.isEmpty {
            statements.append(PostgresStatement("DELETE FROM sessions WHERE id = ANY($1)", [.texts(batch.ended)]))
            statements.append(revoking(batch.ended.map { .session($0) }))
            statements.append(recording(batch.audit))
        }
        return statements
    }

    private static let columns = "id, user_id, created_at, last_used_at, expires_at, counter, previous, counter_since, client, address"

    private static func session(_ row: PostgresRow) -> Session {
        Session(
            id: row.text(0), userID: row.text(1), createdAt: Timestamp(milliseconds: row.integer(2)),
            lastUsedAt: Timestamp(milliseconds: row.integer(3)), expiresAt: Timestamp(milliseconds: row.integer(4)), counter: row.integer(5),
            previous: row.integer(6), counterSince: Timestamp(milliseconds: row.integer(7)), client: row.text(8), address: row.text(9))
    }

    package func session(id: String) async throws -> Session? {
        try await pool.run { connection in
            try Self.listed("id = $1", [.text(id)], connection).first?.session
        }
    }

    package func sessions(ofUser userID: String?, after cursor: String?, limit: Int) async throws -> [ListedSession] {
        try await pool.run { connection in
            try Self.listed(
                "id > $1 AND ($2::text IS NULL OR user_id = $2) ORDER BY id LIMIT $3",
                [.text(cursor ?? ""), .optional(userID), .integer(Int64(limit))], connection)
        }
    }

    /// Sessions that have not expired by the server's clock, with times of this machine's.
    private static func listed(_ condition: String, _ parameters: [PostgresValue], _ connection: PostgresConnection) throws -> [ListedSession] {
        let now = PostgresClock.now
        let selection = """
            SELECT \(columns), \(now), (SELECT email FROM users WHERE users.id = user_id)
            FROM sessions WHERE expires_at > \(now) AND \(condition)
            """
        return try connection.execute([PostgresStatement(selection, parameters)])[0].map { row in
            ListedSession(session(row).moved(by: .now - Timestamp(milliseconds: row.integer(10))), email: row.optionalText(11) ?? "")
        }
    }

    package func endSessions(_ ids: [String], ifValid authority: Authority?, audit: AuditEntry?) async throws -> [String] {
        try await pool.run { connection in
            try connection.transaction {
                let lock = PostgresStatement("SELECT 1 FROM sessions WHERE id = ANY($1) ORDER BY id FOR UPDATE", [.texts(ids)])
                try Self.check(authority, after: lock, connection)
                let rows = try connection.execute([
                    lock,
                    PostgresStatement(
                        "DELETE FROM sessions WHERE id = ANY($1) RETURNING id, (expires_at > \(PostgresClock.now))::int::int8", [.texts(ids)]),
                ])[1]
                let found = Dictionary(rows.map { ($0.text(0), $0.integer(1) == 1) }) { first, _ in first }
                guard !found.isEmpty else { return [] }
                // An access token may outlive the session that it was issued for.
                var rest = [Self.revoking(found.keys.sorted().map { .session($0) })]
                var rests = found
                // Each once, in the order of the argument.
                let ended = ids.filter { rests.removeValue(forKey: $0) == true }
                if !ended.isEmpty, let audit { rest.append(Self.recording([audit])) }
                try connection.execute(rest)
                return ended
            }
        }
    }

    package func endSessions(ofUser userID: String, ifValid authority: Authority?, audit: AuditEntry?) async throws -> Int {
        try await pool.run { connection in
            // A login that is under way is waited for, and its session ends, too.
            let user = Self.locking(userID: userID)
            let results = try connection.transaction {
                try Self.check(authority, after: user, connection)
                return try connection.execute(
                    [user] + Self.ending(sessionsOfUser: userID, except: nil) + (audit.map { [Self.recording([$0])] } ?? []))
            }
            return results[2].map { $0.integer(0) == 1 }.count { $0 }
        }
    }

    /// Ends a user's sessions, and revokes the access tokens. The second statement returns 1 for each session that had not
    /// expired, and 0 for the others. Each session is revoked by itself, too: the user's revocation is compared with the time in a
    /// session's ID, which a clock that was ahead has set.
    static func ending(sessionsOfUser userID: String, except session: String?) -> [PostgresStatement] {
        let parameters = [PostgresValue.text(userID), .optional(session)]
        return [
            PostgresStatement("SELECT 1 FROM sessions WHERE user_id = $1 AND id IS DISTINCT FROM $2 ORDER BY id FOR UPDATE", parameters),
            PostgresStatement(
                """
                WITH ended AS (DELETE FROM sessions WHERE user_id = $1 AND id IS DISTINCT FROM $2 RETURNING id, expires_at),
                revoked AS (INSERT INTO revocations(kind, subject, at) SELECT 'session', id, \(PostgresClock.now) FROM ended)
                SELECT (expires_at > \(PostgresClock.now))::int::int8 FROM ended
                """, parameters),
            revoking([.user(userID, exceptSession: session)]),
        ]
    }
}
