import GRDB
package import ShippyCore

extension SQLiteStore {
    package func insert(_ users: [NewUser], ifValid authority: Authority?) async throws -> [Result<StoredUser, ShippyError>] {
        let outcomes = try await database.boundedWrite { [database, events] db in
            let now = database.clock.now
            try Self.check(authority, at: now, db)
            return try Self.insert(users, to: events, at: now, db)
        }
        events.wake()
        return outcomes
    }

    package func insert(_ user: NewUser) async throws -> StoredUser {
        try await creations.submit(user).get()
    }

    static func insert(
        _ users: [NewUser], to sink: any EventSink, at now: EngineTime, _ db: Database
    ) throws -> [Result<StoredUser, ShippyError>] {
        var outcomes: [Result<StoredUser, ShippyError>] = []
        var events: [OutgoingEvent] = []
        var audit: [AuditEntry] = []
        outcomes.reserveCapacity(users.count)
        events.reserveCapacity(users.count)
        let insertion = try db.cachedStatement(
            sql: """
                INSERT INTO users(id, name, company, email, password_hash, created_at, request_id, created_by, origin)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(email) DO NOTHING
                """)
        for user in users {
            outcomes.append(try insert(user, insertion, at: now, db))
            guard case .success(let stored) = outcomes[outcomes.count - 1], stored.isNew else { continue }
            events.append(user.event)
            if let entry = user.audit { audit.append(entry) }
        }
        if !audit.isEmpty { try record(audit, db) }
        guard !events.isEmpty, var sequence = try sink.append(events, db) else { return outcomes }
        for index in outcomes.indices {
            guard case .success(var stored) = outcomes[index], stored.isNew else { continue }
            stored.eventSequence = sequence
            outcomes[index] = .success(stored)
            sequence += 1
        }
        return outcomes
    }

    private static func insert(
        _ new: NewUser, _ insertion: Statement, at now: EngineTime, _ db: Database
    ) throws -> Result<StoredUser, ShippyError> {
        if let idempotency = new.idempotency, let earlier = try outcome(of: idempotency, db) { return earlier }
        let user = new.user
        if new.kept?.id != nil, let existing = try Self.user(id: user.id, db) { return new.outcome(existing: existing) }
        try insertion.run(
            [
                .text(user.id), .text(user.name), .text(user.company), .text(user.email.description), .optional(new.passwordHash),
                .integer(user.createdAt.milliseconds), .text(new.requestID), .text(new.createdBy), .text(new.origin),
            ], in: db)
        guard db.changesCount == 1 else {
            if new.onConflict == .refuse { return .failure(.taken(user.email)) }
            return new.outcome(existing: try Self.user(email: user.email.description, db)!)
        }
        if let kept = new.kept {
            try db.cachedStatement(sql: "UPDATE users SET role = ?, disabled = ?, confirmed = ? WHERE id = ?").run(
                [
                    .text((kept.role ?? .user).rawValue), .integer(kept.state == .disabled ? 1 : 0), .integer(kept.isConfirmed == true ? 1 : 0),
                    .text(user.id),
                ], in: db)
        }
        if let idempotency = new.idempotency {
            try db.cachedStatement(sql: "INSERT INTO idempotency(key, fingerprint, user_id, used_at, password_hash) VALUES (?, ?, ?, ?, ?)")
                .execute(arguments: [idempotency.key, idempotency.fingerprint, user.id, now.milliseconds, new.passwordHash])
        }
        return .success(StoredUser(user: user, isNew: true))
    }

    private static func outcome(of idempotency: IdempotencyKey, _ db: Database) throws -> Result<StoredUser, ShippyError>? {
        guard
            let row = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT fingerprint, user_id, password_hash FROM idempotency WHERE key = ?"), arguments: [idempotency.key])
        else { return nil }
        guard row[0] == idempotency.fingerprint else { return .failure(.otherRequest(key: idempotency.key)) }
        guard let user = try user(id: row[1], db) else { return .failure(.deletedSince(idempotency)) }
        return .success(StoredUser(user: user.user, isNew: false, repeats: FirstRequest(passwordHash: row[2])))
    }

    package func earlier(_ idempotency: IdempotencyKey) async throws -> StoredUser? {
        try await database.read { try Self.outcome(of: idempotency, $0) }?.get()
    }

    package func user(id: String) async throws -> UserRecord? {
        try await database.read { try Self.user(id: id, $0) }
    }

    package func user(email: String) async throws -> UserRecord? {
        try await database.read { try Self.user(email: email, $0) }
    }

    static let userColumns = "SELECT id, name, company, email, created_at, role, disabled, confirmed, revision FROM users"

    static func user(id: String, _ db: Database) throws -> UserRecord? {
        try Row.fetchOne(db.cachedStatement(sql: "\(userColumns) WHERE id = ?"), arguments: [id]).map(user)
    }

    private static func user(email: String, _ db: Database) throws -> UserRecord? {
        try Row.fetchOne(db.cachedStatement(sql: "\(userColumns) WHERE email = ?"), arguments: [email]).map(user)
    }

    static func user(_ row: Row) -> UserRecord {
        UserRecord(
            user: User(
                id: row[0], name: row[1], company: row[2], email: EmailAddress(trusted: row[3]), createdAt: Timestamp(milliseconds: row[4])),
            role: AccessRole(stored: row[5]), state: UserState(isDisabled: row[6]), isConfirmed: row[7], revision: row[8])
    }

    package func origin(ofUser id: String) async throws -> UserOrigin? {
        try await database.read { db in
            try Row.fetchOne(db, sql: "SELECT origin, created_by, request_id FROM users WHERE id = ?", arguments: [id])
                .map { UserOrigin(stored: $0[0], createdBy: $0[1], requestID: $0[2]) }
        }
    }

    package func emails(prefix: String, limit: Int) async throws -> [String] {
        try await database.read { db in
            // A range instead of LIKE: it uses the index, and `%` in the prefix is literal.
            try String.fetchAll(
                db, sql: "SELECT email FROM users WHERE email >= ? AND email < ? ORDER BY email LIMIT ?",
                arguments: [prefix, prefix + "\u{7f}", limit])
        }
    }

    package func deleteUser(
        id: String, ifRevision revision: Int64?, ifValid authority: Authority?, needsOtherAdmin: Bool, event: OutgoingEvent?, audit: AuditEntry?
    ) async throws -> Bool {
        // Searched outside the write transaction, because there is no index for it. A user gets no more keys after its creation.
        let keys = try await database.read { db in
            try String.fetchAll(db, sql: "SELECT key FROM idempotency WHERE user_id = ? AND password_hash IS NOT NULL", arguments: [id])
        }
        let isDeleted = try await database.boundedWrite { [database, events] db in
            let now = database.clock.now
            try Self.check(authority, at: now, db)
            if needsOtherAdmin { try Self.checkAdmin(other: id, db) }
            try db.execute(sql: "DELETE FROM users WHERE id = ? AND revision = ifnull(?, revision)", arguments: [id, revision])
            guard db.changesCount == 1 else { return false }
            for key in keys { try db.execute(sql: "UPDATE idempotency SET password_hash = NULL WHERE key = ?", arguments: [key]) }
            _ = try Self.endSessions(ofUser: id, except: nil, at: now, db)
            if let event { _ = try events.append([event], db) }
            if let audit { try Self.record([audit], db) }
            return true
        }
        if isDeleted, event != nil { events.wake() }
        return isDeleted
    }
}
