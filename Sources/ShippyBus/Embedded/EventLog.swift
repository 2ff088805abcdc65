import GRDB
import GRDBSQLite
import ShippyCore
import ShippySQLite

/// The log's rows and its counters, within one transaction.
struct EventLog {
    private(set) var firstSequence: Int64
    private(set) var lastSequence: Int64
    private(set) var lastTime: Int64
    private(set) var bytes: Int64
    private let db: Database

    init(_ db: Database) throws {
        let row = try Row.fetchOne(db.cachedStatement(sql: "SELECT first_seq, last_seq, last_time, bytes FROM stream"))!
        self.db = db
        firstSequence = row[0]
        lastSequence = row[1]
        lastTime = row[2]
        bytes = row[3]
    }

    func save() throws {
        try db.cachedStatement(sql: "UPDATE stream SET first_seq = ?, last_seq = ?, last_time = ?, bytes = ?")
            .execute(arguments: [firstSequence, lastSequence, lastTime, bytes])
    }

    /// Appends the event unless its id is there. Its time is now, but never before that of the event before it, so that
    /// times can be searched by halving.
    mutating func append(_ event: OutgoingEvent) throws -> PublishReceipt {
        let time = max(lastTime, Timestamp.now.milliseconds)
        try db.cachedStatement(
            sql: """
                INSERT INTO events(seq, id, subject, time, headers, payload) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO NOTHING
                """
        ).run(
            [
                .integer(lastSequence + 1), .text(event.id), .text(event.subject.description), .integer(time), .blob(event.headers.block),
                .blob(event.payload),
            ], in: db)
        guard db.changesCount == 1 else {
            let present = try Int64.fetchOne(db.cachedStatement(sql: "SELECT seq FROM events WHERE id = ?"), arguments: [event.id])!
            return PublishReceipt(sequence: present, isDuplicate: true)
        }
        lastSequence += 1
        lastTime = time
        bytes += Self.size(headers: event.headers.block.count, payload: event.payload.count)
        return PublishReceipt(sequence: lastSequence, isDuplicate: false)
    }

    /// What an event counts for in the retention by size: its parts, and about what SQLite needs around them.
    private static func size(headers: Int, payload: Int) -> Int64 { Int64(headers + payload + 128) }

    /// Deletes the oldest events that are past a limit and that every consumer group has acknowledged.
    /// - Returns: how many, at most `limit`.
    mutating func expire(olderThan time: Timestamp, beyondBytes limitBytes: Int64, limit: Int) throws -> Int {
        let unacknowledged = try Int64.fetchOne(
            db,
            sql: """
                SELECT min(seq) FROM (SELECT min(next_seq) AS seq FROM consumers UNION ALL SELECT min(first_seq) FROM leases)
                """)
        var through: Int64?
        var expired = 0
        let rows = try Row.fetchCursor(
            db, sql: "SELECT seq, time, length(headers), length(payload) FROM events ORDER BY seq LIMIT ?", arguments: [limit])
        while let row = try rows.next() {
            let sequence: Int64 = row[0]
            guard sequence < unacknowledged ?? .max, row[1] < time.milliseconds || bytes > limitBytes else { break }
            bytes -= Self.size(headers: row[2], payload: row[3])
            through = sequence
            expired += 1
        }
        guard let through else { return 0 }
        try db.execute(sql: "DELETE FROM events WHERE seq <= ?", arguments: [through])
        firstSequence = through + 1
        return expired
    }

    /// The sequence that a reader begins with.
    func resolve(_ start: StartPosition, subjects: [SubjectFilter]) throws -> Int64 {
        switch start {
        case .new: return lastSequence + 1
        case .all: return firstSequence
        case .sequence(let sequence): return max(1, sequence)
        case .time(let time): return try firstSequence(notBefore: time.milliseconds)
        case .last(let count):
            guard count > 0 else { return lastSequence + 1 }
            var matches = 0
            var position = lastSequence + 1
            let rows = try Row.fetchCursor(db, sql: "SELECT seq, subject FROM events ORDER BY seq DESC")
            while matches < count, let row = try rows.next() {
                let subject = Subject(unchecked: row[1])
                guard subjects.contains(where: { $0.matches(subject) }) else { continue }
                position = row[0]
                matches += 1
            }
            return position
        }
    }

    private func firstSequence(notBefore time: Int64) throws -> Int64 {
        let statement = try db.cachedStatement(sql: "SELECT time FROM events WHERE seq >= ? ORDER BY seq LIMIT 1")
        var (low, high) = (firstSequence, lastSequence + 1)
        while low < high {
            let middle = low + (high - low) / 2
            let found = try Int64.fetchOne(statement, arguments: [middle])
            if found ?? .max >= time { high = middle } else { low = middle + 1 }
        }
        return low
    }

    func count(_ filter: SubjectFilter, from first: Int64, through last: Int64) throws -> Int {
        guard first <= last else { return 0 }
        var count = 0
        let rows = try Row.fetchCursor(
            db, sql: "SELECT subject, count(*) FROM events WHERE seq BETWEEN ? AND ? GROUP BY subject", arguments: [first, last])
        while let row = try rows.next() {
            if filter.matches(Subject(unchecked: row[0])) { count += row[1] }
        }
        return count
    }

    /// Events with sequences from `first` through `last`, in order, at most `limit`.
    ///
    /// Reads SQLite's columns directly: a replay goes through half a million rows a second, which leaves no time for a
    /// dictionary of values each.
    static func read(_ db: Database, from first: Int64, through last: Int64, limit: Int) throws -> [Event] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT seq, id, subject, time, headers, payload FROM events WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?
                """)
        statement.setUncheckedArguments([first, last, limit])
        let raw = statement.sqliteStatement
        defer { sqlite3_reset(raw) }
        var events: [Event] = []
        var subject = Subject.userCreated
        while true {
            let code = sqlite3_step(raw)
            guard code == SQLITE_ROW else {
                if code == SQLITE_DONE { return events }
                throw DatabaseError(resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(db.sqliteConnection)))
            }
            let name = Self.text(raw, 2)
            if name != subject.description { subject = Subject(unchecked: name) }
            events.append(
                Event(
                    sequence: sqlite3_column_int64(raw, 0), id: Self.text(raw, 1), subject: subject,
                    time: Timestamp(milliseconds: sqlite3_column_int64(raw, 3)),
                    headers: EventHeaders(block: Self.blob(raw, 4)), payload: Self.blob(raw, 5)))
        }
    }

    private static func text(_ statement: OpaquePointer, _ column: Int32) -> String {
        guard let bytes = sqlite3_column_text(statement, column) else { return "" }
        return String(decoding: UnsafeBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, column))), as: UTF8.self)
    }

    private static func blob(_ statement: OpaquePointer, _ column: Int32) -> [UInt8] {
        guard let bytes = sqlite3_column_blob(statement, column) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, column))))
    }
}
