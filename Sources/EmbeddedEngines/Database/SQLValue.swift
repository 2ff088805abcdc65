package import GRDB
import GRDBSQLite

/// A value for a statement on a hot path.
package enum SQLValue {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    package static func optional(_ text: String?) -> SQLValue { text.map(SQLValue.text) ?? .null }
    package static func optional(_ number: Int64?) -> SQLValue { number.map(SQLValue.integer) ?? .null }
}

extension Statement {
    /// Runs a statement that returns no rows, with these values bound directly: binding through GRDB takes as long as SQLite's
    /// insert itself.
    package func run(_ values: [SQLValue], in db: Database) throws {
        // One buffer holds all values while the statement runs, so that SQLite does not copy each of them.
        try withUnsafeTemporaryAllocation(byteCount: max(1, values.reduce(0) { $0 + $1.count }), alignment: 1) { memory in
            defer {
                sqlite3_reset(sqliteStatement)
                sqlite3_clear_bindings(sqliteStatement)
            }
            var used = 0
            for (index, value) in values.enumerated() {
                used += value.bind(to: sqliteStatement, at: Int32(index + 1), keptIn: UnsafeMutableRawBufferPointer(rebasing: memory[used...]))
            }
            try step(in: db)
        }
    }

    /// Runs a statement without arguments that returns no rows.
    package func run(in db: Database) throws {
        defer { sqlite3_reset(sqliteStatement) }
        try step(in: db)
    }

    private func step(in db: Database) throws {
        let code = sqlite3_step(sqliteStatement)
        guard code == SQLITE_DONE || code == SQLITE_ROW else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(db.sqliteConnection)), sql: sql)
        }
    }
}

extension SQLValue {
    /// The bytes that the value needs in the buffer; 0 for null and numbers.
    fileprivate var count: Int {
        switch self {
        case .null, .integer: 0
        case .text(let text): text.utf8.count
        case .blob(let bytes): bytes.count
        }
    }

    /// - Parameter memory: takes the value's bytes, and must outlive the binding.
    /// - Returns: the number of bytes used.
    fileprivate func bind(to statement: OpaquePointer, at position: Int32, keptIn memory: UnsafeMutableRawBufferPointer) -> Int {
        switch self {
        case .null:
            sqlite3_bind_null(statement, position)
            return 0
        case .integer(let number):
            sqlite3_bind_int64(statement, position, number)
            return 0
        case .text(var text):
            let count = text.withUTF8 {
                memory.copyMemory(from: UnsafeRawBufferPointer($0))
                return $0.count
            }
            // An empty text also gets an address: NULL would bind null.
            sqlite3_bind_text(statement, position, memory.baseAddress!.assumingMemoryBound(to: CChar.self), Int32(count), nil)
            return count
        case .blob(let bytes):
            guard !bytes.isEmpty else {
                sqlite3_bind_zeroblob(statement, position, 0)
                return 0
            }
            memory.copyBytes(from: bytes)
            sqlite3_bind_blob(statement, position, memory.baseAddress, Int32(bytes.count), nil)
            return bytes.count
        }
    }
}
