import GRDB
package import ShippyCore

extension SQLiteStore {
    package func account(id: String) async throws -> Account? {
        try await database.read { try Self.account("id = ?", id, $0) }
    }

    package func accounts(after cursor: String?, limit: Int) async throws -> [Account] {
        try await database.read { db in
            try Row.fetchAll(
                db.cachedStatement(sql: "\(Self.accountColumns) WHERE id > ? ORDER BY id LIMIT ?"), arguments: [cursor ?? "", limit]
            ).map(Self.account)
        }
    }

    private static let accountColumns =
        "SELECT id, name, company, email, created_at, role, disabled, confirmed, password_hash, revision FROM users"

    package func account(email: String) async throws -> Account? {
        try await database.read { try Self.account("email = ?", email, $0) }
    }

    private static func account(_ condition: String, _ argument: String, _ db: Database) throws -> Account? {
        try Row.fetchOne(db.cachedStatement(sql: "\(accountColumns) WHERE \(condition)"), arguments: [argument]).map(account)
    }

    private static func account(_ row: Row) -> Account {
        Account(
            user: User(
                id: row[0], name: row[1], company: row[2], email: EmailAddress(trusted: row[3]), createdAt: Timestamp(milliseconds: row[4])),
            role: AccessRole(stored: row[5]), isDisabled: row[6], isConfirmed: row[7], passwordHash: row[8], revision: row[9])
    }

    package func update(_ update: AccountUpdate) async throws -> Account? {
        let updated = try await database.boundedWrite { [database, events] in try Self.update(update, to: events, at: database.clock.now, $0) }
        if updated != nil, !update.events.isEmpty { events.wake() }
        return updated
    }

    private static func update(_ update: AccountUpdate, to sink: any EventSink, at now: EngineTime, _ db: Database) throws -> Account? {
        try check(update.authority, at: now, db)
        let (account, user) = (update.account, update.account.user)
        let known = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT created_at FROM users WHERE id = ? AND revision = ?"), arguments: [user.id, account.revision])
        guard let known else { return nil }
        if update.needsOtherAdmin { try checkAdmin(other: user.id, db) }
        let holder = try String.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM users WHERE email = ? AND id <> ?"), arguments: [user.email.description, user.id])
        guard holder == nil else { throw ShippyError.taken(user.email) }
        try db.cachedStatement(
            sql: """
                UPDATE users SET name = ?, company = ?, email = ?, role = ?, disabled = ?, confirmed = ?, password_hash = ?,
                    revision = revision + 1
                WHERE id = ?
                """
        ).run(
            [
                .text(user.name), .text(user.company), .text(user.email.description), .text(account.role.rawValue),
                .integer(account.isDisabled ? 1 : 0), .integer(account.isConfirmed ? 1 : 0), .optional(account.passwordHash), .text(user.id),
            ], in: db)
        if case .all(let session) = update.ends { _ = try endSessions(ofUser: user.id, except: session, at: now, db) }
        if !update.events.isEmpty { _ = try sink.append(update.events, db) }
        if let audit = update.audit { try record([audit], db) }
        var updated = account
        updated.user.createdAt = Timestamp(milliseconds: known[0])
        updated.revision += 1
        return updated
    }

    /// - Throws: ``ShippyError`` `.conflict` unless somebody else is an administrator.
    static func checkAdmin(other id: String, _ db: Database) throws {
        // The first condition is that of the index.
        let sql = "SELECT EXISTS (SELECT 1 FROM users WHERE role <> 'user' AND role = 'admin' AND disabled = 0 AND id <> ?)"
        guard try Bool.fetchOne(db.cachedStatement(sql: sql), arguments: [id])! else { throw ShippyError.lastAdmin }
    }

    package func announce(_ event: OutgoingEvent?, audit: AuditEntry) async throws {
        try await database.boundedWrite { [events] db in
            if let event { _ = try events.append([event], db) }
            try Self.record([audit], db)
        }
        if event != nil { events.wake() }
    }
}
