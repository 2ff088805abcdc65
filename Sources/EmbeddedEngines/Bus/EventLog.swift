import GRDB
import GRDBSQLite
import ShippyCore

/// The log's rows and counters, within one transaction.
struct EventLog {
    let identity: String
    private(set) var firstSequence: Int64
    private(set) var lastSequence: Int64
    /// The latest time of any event so far.
    private(set) var peak: Int64
    private(set) var bytes: Int64
    /// The number of open dead letters.
    private(set) var deadLetters: Int
    private let db: Database
    private var insertion: Statement?

    init(_ db: Database) throws {
        let statement = try db.cachedStatement(sql: "SELECT identity, first_seq, last_seq, last_time, bytes, dead_letters FROM stream")
        let raw = statement.sqliteStatement
        defer { sqlite3_reset(raw) }
        guard sqlite3_step(raw) == SQLITE_ROW else { throw Self.error(db) }
        self.db = db
        identity = Self.text(raw, 0)
        firstSequence = sqlite3_column_int64(raw, 1)
        lastSequence = sqlite3_column_int64(raw, 2)
        peak = sqlite3_column_int64(raw, 3)
        bytes = sqlite3_column_int64(raw, 4)
        deadLetters = Int(sqlite3_column_int64(raw, 5))
    }

    /// Creates a consumer group if it is missing, and sets its filter. From then on the log keeps the events that the group has
    /// not acknowledged.
    static func declare(_ group: ConsumerConfiguration, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO consumers(name, filter, next_seq) VALUES (?, ?, (SELECT first_seq FROM stream))
                ON CONFLICT(name) DO UPDATE SET filter = excluded.filter WHERE filter <> excluded.filter
                """
        ).run([.text(group.name), .text(group.filter.description)], in: db)
    }

    func save() throws {
        try db.cachedStatement(sql: "UPDATE stream SET first_seq = ?, last_seq = ?, last_time = ?, bytes = ?, dead_letters = ?")
            .run(
                [.integer(firstSequence), .integer(lastSequence), .integer(peak), .integer(bytes), .integer(Int64(deadLetters))], in: db)
    }

    /// Appends the event, unless the log already has its ID.
    ///
    /// The event gets the time of the wall clock, which may have been set back. An event with a time before an earlier event's
    /// also stores the latest time so far, so that times can still be found by bisection.
    mutating func append(_ event: OutgoingEvent, at now: Timestamp = .now) throws -> PublishReceipt {
        let time = now.milliseconds
        let insert =
            try insertion
            ?? db.cachedStatement(
                sql: """
                    INSERT INTO events(seq, id, subject, time, headers, payload, peak) VALUES (?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT(id) DO NOTHING
                    """)
        insertion = insert
        try insert.run(
            [
                .integer(lastSequence + 1), .text(event.id), .text(event.subject.description), .integer(time), .blob(event.headers.block),
                .blob(event.payload), time < peak ? .integer(peak) : .null,
            ], in: db)
        guard db.changesCount == 1 else {
            return PublishReceipt(sequence: try sequence(of: event.id)!, isDuplicate: true)
        }
        lastSequence += 1
        peak = max(peak, time)
        if event.subject.deadLetterGroup != nil {
            deadLetters += 1
        } else if let letter = DeadLetter.id(settledBy: event.subject, event.id), try sequence(of: letter) != nil {
            deadLetters -= 1
        }
        bytes += Self.size(headers: event.headers.block.count, payload: event.payload.count)
        return PublishReceipt(sequence: lastSequence, isDuplicate: false)
    }

    /// Makes a log that never had an event begin at `sequence`.
    mutating func begin(at sequence: Int64) throws {
        guard lastSequence == 0 || (firstSequence == sequence && lastSequence == sequence - 1) else { throw ShippyError.alsoUsed(lastSequence) }
        firstSequence = sequence
        lastSequence = sequence - 1
    }

    /// Appends an event of another log under its own sequence and time, unless this log already has its ID.
    mutating func append(copy event: Event) throws {
        guard event.sequence > lastSequence else { throw ShippyError.alsoUsed(lastSequence) }
        lastSequence = event.sequence - 1
        let copy = OutgoingEvent(id: event.id, subject: event.subject, time: event.time, headers: event.headers, payload: event.payload)
        _ = try append(copy, at: event.storedAt)
        lastSequence = event.sequence
    }

    /// Leaves the sequences up to `sequence` without an event.
    mutating func skip(through sequence: Int64) throws {
        guard sequence >= lastSequence else { throw ShippyError.alsoUsed(lastSequence) }
        lastSequence = sequence
    }

    /// The size of an event for retention: its parts, and roughly SQLite's overhead.
    private static func size(headers: Int, payload: Int) -> Int64 { Int64(headers + payload + 128) }

    private func sequence(of id: String) throws -> Int64? {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT seq FROM events WHERE id = ?"), arguments: [id])
    }

    /// Whether a row of `letter` is an open dead letter.
    private static let isOpenDeadLetter = """
        letter.subject GLOB 'dead-letter.*' AND letter.subject NOT GLOB 'dead-letter.*.*'
        AND NOT EXISTS (SELECT 1 FROM events AS settled WHERE settled.id = letter.id || '.done')
        """

    /// The open dead letters after `sequence`, in order, at most `limit`.
    func openDeadLetters(after sequence: Int64, limit: Int) throws -> [DeadLetter] {
        // Without an index, only the number tells when to stop.
        guard deadLetters > 0 else { return [] }
        let statement = try db.cachedStatement(
            sql: """
                SELECT seq, id, subject, time, headers, payload FROM events AS letter
                WHERE seq > ? AND \(Self.isOpenDeadLetter) ORDER BY seq LIMIT ?
                """)
        statement.setUncheckedArguments([sequence, min(limit, deadLetters)])
        return try Self.events(statement, db).events.compactMap(DeadLetter.init)
    }

    /// Appends what settles a dead letter. A replay is handed to the group as a lease that has ended, as if a member had lost it.
    mutating func settle(_ letter: DeadLetter, by settlement: DeadLetter.Settlement) throws -> PublishReceipt {
        if settlement == .replay {
            let group = try Row.fetchOne(db, sql: "SELECT 1 FROM consumers WHERE name = ?", arguments: [letter.group])
            guard group != nil else { throw ShippyError.noGroup(letter.group) }
        }
        let receipt = try append(letter.settled(by: settlement))
        if settlement == .replay, !receipt.isDuplicate {
            try db.execute(
                sql: "INSERT INTO leases(consumer, first_seq, last_seq, attempt, until) VALUES (?, ?, ?, 0, 0)",
                arguments: [letter.group, receipt.sequence, receipt.sequence])
        }
        return receipt
    }

    /// Whether an event is too old. It is not if the clock was only set back for a while: then an earlier event is not old.
    private static let isOld = "time < :oldest AND coalesce(peak, time) NOT BETWEEN :oldest AND :now"

    /// Deletes the oldest events that exceed a limit and that every consumer group has acknowledged. While no group exists it
    /// deletes none, because nobody has had a chance to take them.
    /// - Parameter past: the last event that is too old, as found by ``lastPast(_:age:at:)``; 0 if the times themselves show it.
    /// - Returns: the number of deleted events, at most `limit`. Call it again as long as it returns `limit`.
    mutating func expire(
        age: Duration, beyondBytes limitBytes: Int64, limit: Int, past known: Int64 = 0, at now: Timestamp = .now
    ) throws -> Int {
        let unacknowledged = try Int64.fetchOne(
            db,
            sql: """
                SELECT min(seq) FROM (SELECT min(next_seq) AS seq FROM consumers UNION ALL SELECT min(first_seq) FROM leases)
                """)
        guard let unacknowledged else { return 0 }
        var past: (through: Int64, bytes: Int64, deadLetters: Int, count: Int)?
        var bytesLeft = bytes
        var deadLettersLeft = deadLetters
        var looked = 0
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT seq, \(Self.isOld), time > :now, length(headers), length(payload), \(Self.isOpenDeadLetter) FROM events AS letter
                WHERE seq < :unacknowledged ORDER BY seq LIMIT :limit
                """,
            arguments: [
                "oldest": (now - age).milliseconds, "now": now.milliseconds, "unacknowledged": unacknowledged, "limit": limit,
            ])
        while let row = try rows.next() {
            // A time in the future is wrong: the event is deleted together with those after it.
            let (sequence, isOld, isWrong): (Int64, Bool, Bool) = (row[0], row[1], row[2])
            let isPast = isOld || bytesLeft > limitBytes || (isWrong && sequence <= known)
            guard isPast || isWrong else { break }
            looked += 1
            bytesLeft -= Self.size(headers: row[3], payload: row[4])
            if row[5] { deadLettersLeft -= 1 }
            if isPast { past = (sequence, bytesLeft, deadLettersLeft, looked) }
        }
        guard let past else { return 0 }
        try db.execute(sql: "DELETE FROM events WHERE seq <= ?", arguments: [past.through])
        firstSequence = past.through + 1
        bytes = past.bytes
        deadLetters = past.deadLetters
        return past.count
    }

    /// The last event that is too old, if the log begins with events from the future; otherwise 0. Events after one that is neither
    /// prove nothing about those before it.
    ///
    /// It may search all events: use a transaction that keeps nobody from writing.
    static func lastPast(_ db: Database, age: Duration, at now: Timestamp) throws -> Int64 {
        let first = try Int64.fetchOne(db, sql: "SELECT time FROM events ORDER BY seq LIMIT 1")
        guard let first, first > now.milliseconds else { return 0 }
        return try Int64.fetchOne(
            db,
            sql: """
                SELECT max(seq) FROM events
                WHERE \(isOld)
                    AND seq < coalesce((SELECT seq FROM events WHERE time <= :now AND NOT (\(isOld)) ORDER BY seq LIMIT 1), 9223372036854775807)
                """, arguments: ["oldest": (now - age).milliseconds, "now": now.milliseconds]) ?? 0
    }

    /// The ID of the event at `sequence`; nil if there is none.
    func eventID(at sequence: Int64) throws -> String? {
        try String.fetchOne(db.cachedStatement(sql: "SELECT id FROM events WHERE seq = ?"), arguments: [sequence])
    }

    /// The IDs of the events after `sequence`, in order, at most `limit`.
    func eventIDs(after sequence: Int64, limit: Int) throws -> EventIDs {
        let statement = try db.cachedStatement(sql: "SELECT id, seq FROM events WHERE seq > ? ORDER BY seq LIMIT ?")
        var ids = EventIDs(sequences: [:], through: sequence, isEnd: false)
        let rows = try Row.fetchCursor(statement, arguments: [sequence, limit])
        while let row = try rows.next() {
            ids.through = row[1]
            ids.sequences[row[0]] = ids.through
        }
        ids.isEnd = ids.sequences.count < limit
        if ids.isEnd { ids.through = max(sequence, lastSequence) }
        return ids
    }

    /// The sequence at which a reader begins.
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

    /// Bisects by the latest time so far, which never goes back, and scans from there.
    private func firstSequence(notBefore time: Int64) throws -> Int64 {
        let statement = try db.cachedStatement(sql: "SELECT coalesce(peak, time) FROM events WHERE seq >= ? ORDER BY seq LIMIT 1")
        var (low, high) = (firstSequence, lastSequence + 1)
        while low < high {
            let middle = low + (high - low) / 2
            let found = try Int64.fetchOne(statement, arguments: [middle])
            if found ?? .max >= time { high = middle } else { low = middle + 1 }
        }
        // The event with the latest time may have been deleted.
        return try Int64.fetchOne(db, sql: "SELECT seq FROM events WHERE seq >= ? AND time >= ? ORDER BY seq LIMIT 1", arguments: [low, time])
            ?? lastSequence + 1
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

    /// The first event from `first` through `last` that matches; nil if there is none. Looks at nothing but sequences and subjects.
    func firstMatch(_ filter: SubjectFilter, from first: Int64, through last: Int64) throws -> Int64? {
        guard filter.hasWildcard else {
            return try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT seq FROM events WHERE seq BETWEEN ? AND ? AND subject = ? ORDER BY seq LIMIT 1"),
                arguments: [first, last, filter.description])
        }
        let rows = try Row.fetchCursor(
            db.cachedStatement(sql: "SELECT min(seq), subject FROM events WHERE seq BETWEEN ? AND ? GROUP BY subject"), arguments: [first, last])
        var match: Int64?
        while let row = try rows.next() {
            if filter.matches(Subject(unchecked: row[1])) { match = min(match ?? .max, row[0]) }
        }
        return match
    }

    /// The events with sequences from `first` through `last`, in order, at most `limit`.
    static func read(_ db: Database, from first: Int64, through last: Int64, limit: Int) throws -> [Event] {
        try scan(db, from: first, through: last, limit: limit, matching: nil).events
    }

    /// Looks at the events with sequences from `first` through `last`, in order, at most `limit`, and decodes only those that match.
    ///
    /// - Returns: these, and the last sequence that was looked at; nil if there was no event.
    static func matching(
        _ filter: SubjectFilter, _ db: Database, from first: Int64, through last: Int64, limit: Int
    ) throws -> (events: [Event], through: Int64?) {
        try scan(db, from: first, through: last, limit: limit, matching: filter)
    }

    /// Reads SQLite's columns directly: a replay reads half a million rows a second, which leaves no time for a dictionary per
    /// row.
    private static func scan(
        _ db: Database, from first: Int64, through last: Int64, limit: Int, matching filter: SubjectFilter?
    ) throws -> (events: [Event], through: Int64?) {
        let statement = try db.cachedStatement(
            sql: """
                SELECT seq, id, subject, time, headers, payload FROM events WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?
                """)
        statement.setUncheckedArguments([first, last, limit])
        return try events(statement, db, matching: filter)
    }

    private static func events(
        _ statement: Statement, _ db: Database, matching filter: SubjectFilter? = nil
    ) throws -> (events: [Event], through: Int64?) {
        let raw = statement.sqliteStatement
        defer { sqlite3_reset(raw) }
        var events: [Event] = []
        var through: Int64?
        var subject = Subject.userCreated
        var isWanted = filter?.matches(subject) ?? true
        while true {
            let code = sqlite3_step(raw)
            guard code == SQLITE_ROW else {
                if code == SQLITE_DONE { return (events, through) }
                throw error(db)
            }
            through = sqlite3_column_int64(raw, 0)
            let name = Self.text(raw, 2)
            if name != subject.description {
                subject = Subject(unchecked: name)
                isWanted = filter?.matches(subject) ?? true
            }
            guard isWanted else { continue }
            events.append(
                Event(
                    sequence: sqlite3_column_int64(raw, 0), id: Self.text(raw, 1), subject: subject,
                    time: Timestamp(milliseconds: sqlite3_column_int64(raw, 3)),
                    headers: EventHeaders(block: Self.blob(raw, 4)), payload: Self.blob(raw, 5)))
        }
    }

    private static func error(_ db: Database) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(db.sqliteConnection)),
            message: String(cString: sqlite3_errmsg(db.sqliteConnection)))
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
