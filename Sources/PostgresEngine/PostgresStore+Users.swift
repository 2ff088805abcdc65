package import ShippyCore

extension PostgresStore {
    package func insert(_ users: [NewUser], ifValid authority: Authority?) async throws -> [Result<StoredUser, ShippyError>] {
        guard !users.isEmpty else { return [] }
        let outcomes = try await pool.run { try Self.insert(users, ifValid: authority, $0) }
        raiseOutbox()
        return outcomes
    }

    package func insert(_ user: NewUser) async throws -> StoredUser {
        try await creations.submit(user).get()
    }

    static func insert(
        _ users: [NewUser], ifValid authority: Authority? = nil, _ connection: PostgresConnection
    ) throws -> [Result<StoredUser, ShippyError>] {
        // Nearly every call ends here.
        // One statement, or two with audit entries, in one round trip.
        if authority == nil, users.allSatisfy({ $0.idempotency == nil && $0.onConflict == .refuse && $0.kept == nil }) {
            let inserted = try insertRows(users, connection)
            return users.map { inserted.contains($0.user.id) ? .success(StoredUser(user: $0.user, isNew: true)) : .failure(.taken($0.user.email)) }
        }
        return try connection.transaction {
            try check(authority, connection)
            var outcomes: [Int: Result<StoredUser, ShippyError>] = [:]
            var rest = Array(users.enumerated())
            // Of users with the same key or ID, the first is inserted in this round; the next round finds it.
            while !rest.isEmpty {
                var (keys, ids): (Set<String>, Set<String>) = ([], [])
                let round = rest.filter { _, new in
                    ids.insert(new.user.id).inserted && new.idempotency.map { keys.insert($0.key).inserted } ?? true
                }
                let offsets = Set(round.map(\.offset))
                rest.removeAll { offsets.contains($0.offset) }
                outcomes.merge(try insertRound(round, connection)) { $1 }
            }
            return users.indices.map { outcomes[$0]! }
        }
    }

    /// Inserts users with distinct idempotency keys.
    private static func insertRound(
        _ users: [(offset: Int, element: NewUser)], _ connection: PostgresConnection
    ) throws -> [Int: Result<StoredUser, ShippyError>] {
        var outcomes: [Int: Result<StoredUser, ShippyError>] = [:]
        let earlier = try takeKeys(users.map(\.element), connection)
        for (offset, new) in users {
            if let idempotency = new.idempotency, let known = earlier[idempotency.key] {
                outcomes[offset] = try outcome(of: idempotency, known, connection)
            }
        }
        let fresh = users.filter { outcomes[$0.offset] == nil }
        let inserted = try insertRows(fresh.map(\.element), connection)
        var unusedKeys: [String] = []
        for (offset, new) in fresh {
            if inserted.contains(new.user.id) {
                outcomes[offset] = .success(StoredUser(user: new.user, isNew: true))
                continue
            }
            if let idempotency = new.idempotency { unusedKeys.append(idempotency.key) }
            outcomes[offset] = try existing(new, connection).map(new.outcome) ?? .failure(.taken(new.user.email))
        }
        if !unusedKeys.isEmpty { try connection.execute("DELETE FROM idempotency WHERE key = ANY($1)", .texts(unusedKeys)) }
        return outcomes
    }

    /// Who is in the way of a new user; nil if nobody is any more.
    private static func existing(_ new: NewUser, _ connection: PostgresConnection) throws -> UserRecord? {
        if new.kept?.id != nil, let user = try user(id: new.user.id, connection) { return user }
        return try user(email: new.user.email.description, connection)
    }

    /// An idempotency key that was used before.
    private struct KnownKey {
        var fingerprint: String
        var userID: String
        var passwordHash: String?
    }

    /// Stores keys, each with its user. If another transaction is storing the same key, waits here until that one has ended.
    /// - Returns: the keys that existed before.
    private static func takeKeys(
        _ users: [NewUser], _ connection: PostgresConnection
    ) throws -> [String: KnownKey] {
        // Sorted, so that transactions with the same keys cannot wait for each other.
        let keyed = users.filter { $0.idempotency != nil }.sorted { $0.idempotency!.key < $1.idempotency!.key }
        guard !keyed.isEmpty else { return [:] }
        let keys = keyed.map { $0.idempotency!.key }
        let taken = try connection.execute(
            """
            INSERT INTO idempotency(key, fingerprint, user_id, password_hash, used_at)
            SELECT *, \(PostgresClock.now) FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) ON CONFLICT DO NOTHING RETURNING key
            """, .texts(keys), .texts(keyed.map { $0.idempotency!.fingerprint }), .texts(keyed.map(\.user.id)),
            .optionalTexts(keyed.map(\.passwordHash))
        ).map { $0.text(0) }
        let missing = Set(keys).subtracting(taken)
        guard !missing.isEmpty else { return [:] }
        return try knownKeys(Array(missing), connection)
    }

    private static func knownKeys(_ keys: [String], _ connection: PostgresConnection) throws -> [String: KnownKey] {
        let rows = try connection.execute(
            "SELECT key, fingerprint, user_id, password_hash FROM idempotency WHERE key = ANY($1)", .texts(keys))
        return Dictionary(
            uniqueKeysWithValues: rows.map { row in
                (row.text(0), KnownKey(fingerprint: row.text(1), userID: row.text(2), passwordHash: row.optionalText(3)))
            })
    }

    private static func outcome(
        of idempotency: IdempotencyKey, _ known: KnownKey, _ connection: PostgresConnection
    ) throws -> Result<StoredUser, ShippyError> {
        guard known.fingerprint == idempotency.fingerprint else { return .failure(.otherRequest(key: idempotency.key)) }
        guard let user = try user(id: known.userID, connection) else { return .failure(.deletedSince(idempotency)) }
        return .success(StoredUser(user: user.user, isNew: false, repeats: FirstRequest(passwordHash: known.passwordHash)))
    }

    /// Inserts users whose e-mail addresses, and IDs if they are kept, are free, with their events and audit entries.
    /// - Returns: the IDs of the inserted users.
    private static func insertRows(_ users: [NewUser], _ connection: PostgresConnection) throws -> Set<String> {
        guard !users.isEmpty else { return [] }
        // Of users without anything kept, only the address can be taken: looking at nothing else is faster.
        let isKept = users.contains { $0.kept != nil }
        let (values, columns) = isKept ? (", $15::text[], $16::int8[], $17::int8[]", ", role, disabled, confirmed") : ("", "")
        let insertion = PostgresStatement(
            """
            WITH input AS (
                SELECT * FROM unnest(
                    $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int8[], $7::text[], $8::text[],
                    $9::text[], $10::text[], $11::int8[], $12::bytea[], $13::bytea[], $14::text[]\(values)
                ) WITH ORDINALITY AS t(
                    id, name, company, email, password_hash, created_at, request_id, created_by, event_id, subject, time, headers, payload,
                    origin\(columns), place)
            ), inserted AS (
                INSERT INTO users(id, name, company, email, password_hash, created_at, request_id, created_by, origin\(columns))
                SELECT id, name, company, email, password_hash, created_at, request_id, created_by, origin\(columns) FROM input
                ORDER BY lower(email COLLATE "C"), place ON CONFLICT \(isKept ? "" : "(lower(email))") DO NOTHING RETURNING id
            ), recorded AS (
                INSERT INTO outbox(event_id, subject, time, headers, payload)
                SELECT event_id, subject, time, headers, payload FROM input JOIN inserted USING (id) ORDER BY place
                RETURNING position
            ), pending AS (
                INSERT INTO outbox_pending SELECT position FROM recorded
            )
            SELECT id FROM inserted
            """,
            [
                .texts(users.map(\.user.id)), .texts(users.map(\.user.name)), .texts(users.map(\.user.company)),
                .texts(users.map(\.user.email.description)), .optionalTexts(users.map(\.passwordHash)),
                .integers(users.map(\.user.createdAt.milliseconds)), .texts(users.map(\.requestID)), .texts(users.map(\.createdBy)),
                .texts(users.map(\.event.id)), .texts(users.map(\.event.subject.description)), .integers(users.map(\.event.time.milliseconds)),
                .byteStrings(users.map(\.event.headers.block)), .byteStrings(users.map(\.event.payload)), .texts(users.map(\.origin)),
            ] + (isKept ? keptColumns(users.map { $0.kept ?? KeptUser() }) : []))
        let audited = users.filter { $0.audit != nil }
        let entries = audited.isEmpty ? [] : [recording(audited.compactMap(\.audit), of: audited.map(\.user.id))]
        return Set(try connection.execute([insertion] + entries)[0].map { $0.text(0) })
    }

    private static func keptColumns(_ kept: [KeptUser]) -> [PostgresValue] {
        [
            .texts(kept.map { ($0.role ?? .user).rawValue }), .integers(kept.map { $0.state == .disabled ? 1 : 0 }),
            .integers(kept.map { $0.isConfirmed == true ? 1 : 0 }),
        ]
    }

    package func earlier(_ idempotency: IdempotencyKey) async throws -> StoredUser? {
        try await pool.run { connection in
            guard let known = try Self.knownKeys([idempotency.key], connection)[idempotency.key] else { return nil }
            return try Self.outcome(of: idempotency, known, connection).get()
        }
    }

    package func user(id: String) async throws -> UserRecord? {
        try await pool.run { try Self.user(id: id, $0) }
    }

    package func user(email: String) async throws -> UserRecord? {
        try await pool.run { try Self.user(email: email, $0) }
    }

    static let userColumns = "SELECT id, name, company, email, created_at, role, disabled, confirmed, revision FROM users"

    private static func user(id: String, _ connection: PostgresConnection) throws -> UserRecord? {
        try connection.execute("\(userColumns) WHERE id = $1", .text(id)).first(user)
    }

    private static func user(email: String, _ connection: PostgresConnection) throws -> UserRecord? {
        try connection.execute("\(userColumns) WHERE lower(email) = lower($1 COLLATE \"C\")", .text(email)).first(user)
    }

    static func user(_ row: PostgresRow) -> UserRecord {
        UserRecord(
            user: User(
                id: row.text(0), name: row.text(1), company: row.text(2), email: EmailAddress(trusted: row.text(3)),
                createdAt: Timestamp(milliseconds: row.integer(4))),
            role: AccessRole(stored: row.text(5)), state: UserState(isDisabled: row.integer(6) != 0), isConfirmed: row.integer(7) != 0,
            revision: row.integer(8))
    }

    package func origin(ofUser id: String) async throws -> UserOrigin? {
        try await pool.run { connection in
            try connection.execute("SELECT origin, created_by, request_id FROM users WHERE id = $1", .text(id)).first { row in
                UserOrigin(stored: row.text(0), createdBy: row.text(1), requestID: row.text(2))
            }
        }
    }

    package func emails(prefix: String, limit: Int) async throws -> [String] {
        try await pool.run { connection in
            try connection.execute(
                """
                SELECT email FROM users WHERE lower(email) >= lower($1 COLLATE "C") AND lower(email) < lower($1 COLLATE "C") || chr(127)
                ORDER BY lower(email) LIMIT $2
                """, .text(prefix), .integer(Int64(limit))
            ).map { $0.text(0) }
        }
    }

    package func deleteUser(
        id: String, ifRevision revision: Int64?, ifValid authority: Authority?, needsOtherAdmin: Bool, event: OutgoingEvent?, audit: AuditEntry?
    ) async throws -> Bool {
        let isDeleted = try await pool.run { connection in
            try connection.transaction {
                if needsOtherAdmin { try Self.checkAdmin(other: id, connection) }
                try Self.check(authority, after: Self.locking(userID: id), connection)
                // Revisions are positive.
                let deleted = try connection.execute(
                    "DELETE FROM users WHERE id = $1 AND ($2 < 0 OR revision = $2)", .text(id), .integer(revision ?? -1))
                guard deleted.changed == 1 else { return false }
                var rest = [
                    PostgresStatement("UPDATE idempotency SET password_hash = NULL WHERE user_id = $1 AND password_hash IS NOT NULL", [.text(id)])
                ]
                rest += Self.ending(sessionsOfUser: id, except: nil)
                if let event { rest.append(Self.recording(event)) }
                if let audit { rest.append(Self.recording([audit])) }
                try connection.execute(rest)
                return true
            }
        }
        if isDeleted, event != nil { raiseOutbox() }
        return isDeleted
    }
}
