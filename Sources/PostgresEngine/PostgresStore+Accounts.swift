package import ShippyCore

extension PostgresStore {
    package func account(id: String) async throws -> Account? {
        try await pool.run { try Self.account("id = $1", id, $0) }
    }

    package func account(email: String) async throws -> Account? {
        try await pool.run { try Self.account("lower(email) = lower($1 COLLATE \"C\")", email, $0) }
    }

    package func accounts(after cursor: String?, limit: Int) async throws -> [Account] {
        try await pool.run { connection in
            try connection.execute(
                "\(Self.accountColumns) WHERE id > $1 ORDER BY id LIMIT $2", .text(cursor ?? ""), .integer(Int64(limit))
            ).map(Self.account)
        }
    }

    private static let accountColumns =
        "SELECT id, name, company, email, created_at, role, disabled, confirmed, password_hash, revision FROM users"

    private static func account(_ condition: String, _ argument: String, _ connection: PostgresConnection) throws -> Account? {
        try connection.execute("\(accountColumns) WHERE \(condition)", .text(argument)).first(account)
    }

    private static func account(_ row: PostgresRow) -> Account {
        Account(
            user: User(
                id: row.text(0), name: row.text(1), company: row.text(2), email: EmailAddress(trusted: row.text(3)),
                createdAt: Timestamp(milliseconds: row.integer(4))),
            role: AccessRole(stored: row.text(5)), isDisabled: row.integer(6) != 0, isConfirmed: row.integer(7) != 0,
            passwordHash: row.optionalText(8), revision: row.integer(9))
    }

    package func update(_ update: AccountUpdate) async throws -> Account? {
        let updated = try await pool.run { connection in
            do {
                return try connection.transaction { try Self.update(update, connection) }
            } catch let error as PostgresError where error.isDuplicate {
                throw ShippyError.taken(update.account.user.email)
            }
        }
        if updated != nil, !update.events.isEmpty { raiseOutbox() }
        return updated
    }

    /// Locks the user before the sessions that end, as ``insertSession(_:ifRevision:event:audit:)`` does.
    private static func update(_ update: AccountUpdate, _ connection: PostgresConnection) throws -> Account? {
        let (account, user) = (update.account, update.account.user)
        if update.needsOtherAdmin { try checkAdmin(other: user.id, connection) }
        try check(update.authority, after: locking(userID: user.id), connection)
        let createdAt = try connection.execute(
            """
            UPDATE users SET name = $3, company = $4, email = $5, role = $6, disabled = $7, confirmed = $8, password_hash = $9,
                revision = revision + 1
            WHERE id = $1 AND revision = $2 RETURNING created_at
            """, .text(user.id), .integer(account.revision), .text(user.name), .text(user.company), .text(user.email.description),
            .text(account.role.rawValue), .integer(account.isDisabled ? 1 : 0), .integer(account.isConfirmed ? 1 : 0),
            .optional(account.passwordHash)
        ).first { $0.integer(0) }
        guard let createdAt else { return nil }
        var rest: [PostgresStatement] = []
        if case .all(let session) = update.ends { rest += ending(sessionsOfUser: user.id, except: session) }
        rest += update.events.map(recording)
        if let audit = update.audit { rest.append(recording([audit])) }
        if !rest.isEmpty { try connection.execute(rest) }
        var updated = account
        updated.user.createdAt = Timestamp(milliseconds: createdAt)
        updated.revision += 1
        return updated
    }

    package func announce(_ event: OutgoingEvent?, audit: AuditEntry) async throws {
        try await pool.run { connection in
            try connection.transaction {
                _ = try connection.execute((event.map { [Self.recording($0)] } ?? []) + [Self.recording([audit])])
            }
        }
        if event != nil { raiseOutbox() }
    }

    /// Locks all administrators, in one order: of two who both want to be none any more, one waits for the other, and then sees it.
    ///
    /// - Throws: ``ShippyError`` `.conflict` unless somebody else is one.
    static func checkAdmin(other id: String, _ connection: PostgresConnection) throws {
        // The first condition is that of the index.
        let admins = try connection.execute(
            "SELECT id FROM users WHERE role <> 'user' AND role = 'admin' AND disabled = 0 ORDER BY id FOR UPDATE"
        ).map { $0.text(0) }
        guard admins.contains(where: { $0 != id }) else { throw ShippyError.lastAdmin }
    }

    static func locking(userID: String) -> PostgresStatement {
        PostgresStatement("SELECT 1 FROM users WHERE id = $1 FOR UPDATE", [.text(userID)])
    }

    /// Adds an event to the outbox.
    static func recording(_ event: OutgoingEvent) -> PostgresStatement {
        PostgresStatement(
            """
            WITH recorded AS (
                INSERT INTO outbox(event_id, subject, time, headers, payload) VALUES ($1, $2, $3, $4, $5) RETURNING position
            )
            INSERT INTO outbox_pending SELECT position FROM recorded
            """,
            [
                .text(event.id), .text(event.subject.description), .integer(event.time.milliseconds), .bytes(event.headers.block),
                .bytes(event.payload),
            ])
    }
}
