import GRDB
package import ShippyCore

extension SQLiteStore {
    package func users(_ filter: UserFilter, after cursor: String?, limit: Int) async throws -> [UserRecord] {
        try await database.read { db in
            let reader = SQLiteUserSearchReader(db: db)
            let range = filter.range(after: cursor)
            guard let match = filter.match else { return try reader.users(filter, in: range, limit: limit) }
            return try UserSearch(filter, match, reader).users(range, limit: limit)
        }
    }

    package func userCount(_ filter: UserFilter) async throws -> Int {
        try await database.read { db in
            if let match = filter.match { return try UserSearch(filter, match, SQLiteUserSearchReader(db: db)).count(filter.range(after: nil)) }
            let (condition, arguments) = Self.userCondition(filter, filter.range(after: nil))
            return try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM users \(condition)"), arguments: arguments)!
        }
    }

    /// What users of a range must have, except for the filter's text.
    static func userCondition(_ filter: UserFilter, _ range: UserRange) -> (sql: String, arguments: StatementArguments) {
        var conditions: [String] = []
        var arguments: StatementArguments = []
        func require(_ condition: String, _ values: any DatabaseValueConvertible...) {
            conditions.append(condition)
            arguments += StatementArguments(values)
        }
        if !range.after.isEmpty { require("id > ?", range.after) }
        if let before = range.before { require("id < ?", before) }
        // The second condition is that of an index.
        if let role = filter.role { require(role == .user ? "role = ?" : "role = ? AND role <> 'user'", role.rawValue) }
        switch filter.state {
        case .active: require("disabled = 0")
        // If the role has few users, they are found by it.
        case .disabled: require(filter.role.map { $0 == .user } ?? true ? "disabled = 1" : "+disabled = 1")
        case nil: break
        }
        if let since = filter.since { require("created_at >= ?", since.milliseconds) }
        if let until = filter.until { require("created_at <= ?", until.milliseconds) }
        return (conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))", arguments)
    }

    package func indexUsers(inSegmentsOf size: Int) async throws -> Bool {
        guard let indexing = try await nextIndexing(size) else { return false }
        let (changed, segment, through, isWhole) = try await database.read { db in
            let range = indexing.range
            let changed = try Row.fetchAll(
                db.cachedStatement(sql: "SELECT id, change FROM changed_users WHERE id > ? AND id < ?"), arguments: [range.after, range.before]
            ).map { (id: $0[0] as String, change: $0[1] as Int64) }
            let users = try SQLiteUserSearchReader(db: db).users(.all, in: range, limit: size).map(\.user)
            let (through, isWhole) = indexing.taken(users, size: size)
            return (changed.filter { $0.id <= through }, UserSegment(users), through, isWhole)
        }
        try await database.write { db in
            // Whoever was faster has changed the place.
            guard indexing.isPresent(in: try SQLiteUserSearchReader(db: db).segments()) else { return }
            if isWhole, let replaced = indexing.replaced { try Self.deleteSegment(replaced, db) }
            try Self.insert(segment, through: through, db)
            let settle = try db.cachedStatement(sql: "DELETE FROM changed_users WHERE id = ? AND change = ?")
            for (id, change) in changed { try settle.run([.text(id), .integer(change)], in: db) }
        }
        return true
    }

    /// What to do next. Of a new segment, first takes note of how far it will reach.
    private func nextIndexing(_ size: Int) async throws -> UserIndexing? {
        let (last, noted, next, rebuilt) = try await database.read { db in
            let reader = SQLiteUserSearchReader(db: db)
            let segments = try reader.segments()
            let last = segments.last?.lastID ?? ""
            let noted = try String.fetchOne(db, sql: "SELECT through FROM user_index")!
            let next = try String.fetchAll(
                db.cachedStatement(sql: "SELECT id FROM users WHERE id > ? ORDER BY id LIMIT ? OFFSET ?"),
                arguments: [last, UserIndexing.margin + 1, size - 1])
            let changed = try reader.changedUsers(UserRange(after: ""))
            let rebuilt = changed.count > UserIndexing.changedLimit ? UserIndexing.most(of: changed, segments) : nil
            return (last, noted, next, rebuilt)
        }
        // Noted by a process that has died or is at work.
        if noted > last { return UserIndexing(after: last, through: noted, replaced: nil) }
        if next.count > UserIndexing.margin {
            try await database.write { db in
                try db.execute(sql: "UPDATE user_index SET through = ?1 WHERE through < ?1", arguments: [next[0]])
            }
            return UserIndexing(after: last, through: next[0], replaced: nil)
        }
        return rebuilt
    }

    private static func deleteSegment(_ number: Int64, _ db: Database) throws {
        for table in ["user_maps", "user_blocks"] {
            try db.execute(
                sql: "DELETE FROM \(table) WHERE key >= ? AND key < ?", arguments: [UserSegment.key(number, 0), UserSegment.end(number)])
        }
        try db.execute(sql: "DELETE FROM user_segments WHERE number = ?", arguments: [number])
    }

    private static func insert(_ segment: UserSegment, through: String, _ db: Database) throws {
        let number = try Int64.fetchOne(db, sql: "SELECT ifnull(max(number), 0) + 1 FROM user_segments")!
        try db.execute(sql: "INSERT INTO user_segments(number, last_id) VALUES (?, ?)", arguments: [number, through])
        let insertMap = try db.cachedStatement(sql: "INSERT INTO user_maps(key, map) VALUES (?, ?)")
        for (place, map) in segment.maps.enumerated() {
            try insertMap.run([.integer(UserSegment.key(number, place)), .blob(map)], in: db)
        }
        let insertBlock = try db.cachedStatement(sql: "INSERT INTO user_blocks(key, ids) VALUES (?, ?)")
        for (place, ids) in segment.blocks.enumerated() {
            try insertBlock.run([.integer(UserSegment.key(number, place)), .text(ids)], in: db)
        }
    }
}

/// Reads what a search needs, in one transaction.
struct SQLiteUserSearchReader: UserSearchReader {
    let db: Database

    func segments() throws -> [UserSegmentRow] {
        try Row.fetchAll(db.cachedStatement(sql: "SELECT number, last_id FROM user_segments ORDER BY last_id"))
            .map { UserSegmentRow(number: $0[0], lastID: $0[1]) }
    }

    func maps(_ keys: [Int64]) throws -> [Int64: [UInt8]] {
        try values(keys, "SELECT map FROM user_maps WHERE key = ?") { try $0.bytes(at: 0) }
    }

    func blocks(_ keys: [Int64]) throws -> [Int64: String] {
        try values(keys, "SELECT ids FROM user_blocks WHERE key = ?") { $0[0] }
    }

    private func values<Value>(_ keys: [Int64], _ sql: String, _ value: (Row) throws -> Value) throws -> [Int64: Value] {
        let statement = try db.cachedStatement(sql: sql)
        var values: [Int64: Value] = [:]
        values.reserveCapacity(keys.count)
        for key in keys.sorted() {
            if let row = try Row.fetchOne(statement, arguments: [key]) { values[key] = try value(row) }
        }
        return values
    }

    func changedUsers(_ range: UserRange) throws -> [String] {
        // No ID comes after this one.
        try String.fetchAll(
            db.cachedStatement(sql: "SELECT id FROM changed_users WHERE id > ? AND id < ? ORDER BY id"),
            arguments: [range.after, range.before ?? "\u{7f}"])
    }

    func users(ids: [String]) throws -> [UserRecord] {
        try ids.compactMap { try SQLiteStore.user(id: $0, db) }
    }

    func users(_ filter: UserFilter, in range: UserRange, limit: Int) throws -> [UserRecord] {
        let (condition, arguments) = SQLiteStore.userCondition(filter, range)
        let sql = "\(SQLiteStore.userColumns) \(condition) ORDER BY id\(filter.newestFirst ? " DESC" : "") LIMIT ?"
        return try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments + [limit]).map(SQLiteStore.user)
    }
}
