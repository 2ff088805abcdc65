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
    /// Runs a statement that returns no rows, with these values bound directly: GRDB's own arguments take as long as SQLite's
    /// insert itself.
    package func run(_ values: [SQLValue], in db: Database) throws {
        let statement = sqliteStatement
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        for (index, value) in values.enumerated() {
            let position = Int32(index + 1)
            switch value {
            case .null:
                sqlite3_bind_null(statement, position)
            case .integer(let number):
                sqlite3_bind_int64(statement, position, number)
            case .text(var text):
                text.withUTF8 { bytes in
                    bytes.withMemoryRebound(to: CChar.self) {
                        // An empty string has no address, and NULL would bind null.
                        _ = sqlite3_bind_text(statement, position, $0.baseAddress ?? Self.empty, Int32($0.count), Self.transient)
                    }
                }
            case .blob(let bytes):
                bytes.withUnsafeBytes {
                    _ =
                        $0.isEmpty
                        ? sqlite3_bind_zeroblob(statement, position, 0)
                        : sqlite3_bind_blob(statement, position, $0.baseAddress, Int32($0.count), Self.transient)
                }
            }
        }
        let code = sqlite3_step(statement)
        guard code == SQLITE_DONE || code == SQLITE_ROW else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(db.sqliteConnection)), sql: sql)
        }
    }

    /// SQLITE_TRANSIENT: SQLite copies the bytes.
    private static var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
    /// Never read, and never freed.
    private static nonisolated(unsafe) let empty = UnsafePointer(UnsafeMutablePointer<CChar>.allocate(capacity: 1))
}
