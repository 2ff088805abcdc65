package import ShippyCore

extension PostgresStore {
    package func users(_ filter: UserFilter, after cursor: String?, limit: Int) async throws -> [UserRecord] {
        try await pool.run { connection in
            let range = filter.range(after: cursor)
            guard let match = filter.match else {
                return try PostgresUserSearchReader(connection: connection).users(filter, in: range, limit: limit)
            }
            return try Self.snapshot(connection) { try UserSearch(filter, match, $0).users(range, limit: limit) }
        }
    }

    package func userCount(_ filter: UserFilter) async throws -> Int {
        try await pool.run { connection in
            let range = filter.range(after: nil)
            if let match = filter.match { return try Self.snapshot(connection) { try UserSearch(filter, match, $0).count(range) } }
            let (condition, parameters) = Self.userCondition(filter, range)
            let counts = try connection.execute([PostgresStatement("SELECT count(*) FROM users \(condition)", parameters)])
            return Int(counts[0].first { $0.integer(0) } ?? 0)
        }
    }

    /// Runs a search whose statements all see the same.
    private static func snapshot<Value>(
        _ connection: PostgresConnection, _ body: (PostgresUserSearchReader) throws -> Value
    ) throws -> Value {
        try connection.transaction {
            try connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            return try body(PostgresUserSearchReader(connection: connection))
        }
    }

    /// What users of a range must have, except for the filter's text.
    static func userCondition(_ filter: UserFilter, _ range: UserRange) -> (sql: String, parameters: [PostgresValue]) {
        var conditions: [String] = []
        var parameters: [PostgresValue] = []
        func require(_ condition: String, _ value: PostgresValue) {
            parameters.append(value)
            conditions.append("\(condition) $\(parameters.count)")
        }
        if !range.after.isEmpty { require("id >", .text(range.after)) }
        if let before = range.before { require("id <", .text(before)) }
        if let role = filter.role {
            // The condition of an index.
            if role != .user { conditions.append("role <> 'user'") }
            require("role =", .text(role.rawValue))
        }
        if let state = filter.state { conditions.append(state == .disabled ? "disabled <> 0" : "disabled = 0") }
        if let since = filter.since { require("created_at >=", .integer(since.milliseconds)) }
        if let until = filter.until { require("created_at <=", .integer(until.milliseconds)) }
        return (conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))", parameters)
    }

    package func indexUsers(inSegmentsOf size: Int) async throws -> Bool {
        try await pool.run { connection in
            guard let indexing = try Self.nextIndexing(size, connection) else { return false }
            let range = indexing.range
            // The changes before the users: whoever changes in between stays noted.
            let changed = try connection.execute(
                "SELECT id, change FROM changed_users WHERE id > $1 AND id < $2", .text(range.after), .text(range.before ?? "")
            ).map { (id: $0.text(0), change: $0.integer(1)) }
            let users = try PostgresUserSearchReader(connection: connection).users(.all, in: range, limit: size).map(\.user)
            let (through, isWhole) = indexing.taken(users, size: size)
            let segment = UserSegment(users)
            try connection.transaction {
                try connection.execute("SELECT 1 FROM user_index FOR UPDATE")
                // Whoever was faster has changed the place.
                guard indexing.isPresent(in: try PostgresUserSearchReader(connection: connection).segments()) else { return }
                if isWhole, let replaced = indexing.replaced { try Self.deleteSegment(replaced, connection) }
                try Self.insert(segment, through: through, connection)
                let settled = changed.filter { $0.id <= through }
                try connection.execute(
                    "DELETE FROM changed_users USING unnest($1::text[], $2::int8[]) AS seen(id, change) "
                        + "WHERE changed_users.id = seen.id AND changed_users.change = seen.change",
                    .texts(settled.map(\.id)), .integers(settled.map(\.change)))
            }
            return true
        }
    }

    /// What to do next. Of a new segment, first takes note of how far it will reach.
    static func nextIndexing(_ size: Int, _ connection: PostgresConnection) throws -> UserIndexing? {
        let reader = PostgresUserSearchReader(connection: connection)
        let segments = try reader.segments()
        let last = segments.last?.lastID ?? ""
        let noted = try connection.execute("SELECT through FROM user_index").first { $0.text(0) } ?? ""
        // Noted by a process that has died or is at work.
        if noted > last { return UserIndexing(after: last, through: noted, replaced: nil) }
        let next = try connection.execute(
            "SELECT id FROM users WHERE id > $1 ORDER BY id LIMIT $2 OFFSET $3", .text(last), .integer(Int64(UserIndexing.margin + 1)),
            .integer(Int64(size - 1))
        ).map { $0.text(0) }
        if next.count > UserIndexing.margin {
            do {
                try connection.transaction {
                    // Waits for transactions that have not seen the new end: see the function note_changed_users. New ones wait for this.
                    try connection.execute("SET LOCAL lock_timeout = 200")
                    try connection.execute("SELECT pg_advisory_xact_lock(\(PostgresSchema.userIndexLock))")
                    try connection.execute("UPDATE user_index SET through = $1 WHERE through < $1", .text(next[0]))
                }
            } catch let error as PostgresError where error.isLockTimeout {
                return nil
            }
            return UserIndexing(after: last, through: next[0], replaced: nil)
        }
        let changed = try reader.changedUsers(UserRange(after: ""))
        return changed.count > UserIndexing.changedLimit ? UserIndexing.most(of: changed, segments) : nil
    }

    private static func deleteSegment(_ number: Int64, _ connection: PostgresConnection) throws {
        let keys = [PostgresValue.integer(UserSegment.key(number, 0)), .integer(UserSegment.end(number))]
        try connection.execute([
            PostgresStatement("DELETE FROM user_maps WHERE key >= $1 AND key < $2", keys),
            PostgresStatement("DELETE FROM user_blocks WHERE key >= $1 AND key < $2", keys),
            PostgresStatement("DELETE FROM user_segments WHERE number = $1", [.integer(number)]),
        ])
    }

    private static func insert(_ segment: UserSegment, through: String, _ connection: PostgresConnection) throws {
        let number = try connection.execute("SELECT coalesce(max(number), 0) + 1 FROM user_segments").first { $0.integer(0) } ?? 1
        try connection.execute([
            PostgresStatement("INSERT INTO user_segments(number, last_id) VALUES ($1, $2)", [.integer(number), .text(through)]),
            PostgresStatement(
                "INSERT INTO user_maps(key, map) SELECT * FROM unnest($1::int8[], $2::bytea[])",
                [.integers(segment.maps.indices.map { UserSegment.key(number, $0) }), .byteStrings(segment.maps)]),
            PostgresStatement(
                "INSERT INTO user_blocks(key, ids) SELECT * FROM unnest($1::int8[], $2::text[])",
                [.integers(segment.blocks.indices.map { UserSegment.key(number, $0) }), .texts(segment.blocks)]),
        ])
    }
}

/// Reads what a search needs.
struct PostgresUserSearchReader: UserSearchReader {
    let connection: PostgresConnection

    func segments() throws -> [UserSegmentRow] {
        try connection.execute("SELECT number, last_id FROM user_segments ORDER BY last_id")
            .map { UserSegmentRow(number: $0.integer(0), lastID: $0.text(1)) }
    }

    func maps(_ keys: [Int64]) throws -> [Int64: [UInt8]] {
        guard !keys.isEmpty else { return [:] }
        let rows = try connection.execute("SELECT key, map FROM user_maps WHERE key = ANY($1)", .integers(keys))
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.integer(0), $0.bytes(1)) })
    }

    func blocks(_ keys: [Int64]) throws -> [Int64: String] {
        guard !keys.isEmpty else { return [:] }
        let rows = try connection.execute("SELECT key, ids FROM user_blocks WHERE key = ANY($1)", .integers(keys))
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.integer(0), $0.text(1)) })
    }

    func changedUsers(_ range: UserRange) throws -> [String] {
        // No ID comes after this one.
        try connection.execute(
            "SELECT id FROM changed_users WHERE id > $1 AND id < $2 ORDER BY id", .text(range.after), .text(range.before ?? "\u{7f}")
        ).map { $0.text(0) }
    }

    func users(ids: [String]) throws -> [UserRecord] {
        guard !ids.isEmpty else { return [] }
        let records = try connection.execute("\(PostgresStore.userColumns) WHERE id = ANY($1)", .texts(ids)).map(PostgresStore.user)
        let byID = Dictionary(uniqueKeysWithValues: records.map { ($0.id, $0) })
        return ids.compactMap { byID[$0] }
    }

    func users(_ filter: UserFilter, in range: UserRange, limit: Int) throws -> [UserRecord] {
        let (condition, parameters) = PostgresStore.userCondition(filter, range)
        let sql = "\(PostgresStore.userColumns) \(condition) ORDER BY id\(filter.newestFirst ? " DESC" : "") LIMIT $\(parameters.count + 1)"
        return try connection.execute([PostgresStatement(sql, parameters + [.integer(Int64(clamping: limit))])])[0].map(PostgresStore.user)
    }
}
