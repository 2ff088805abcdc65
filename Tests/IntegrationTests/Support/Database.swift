import GRDB

/// A look into a database file from outside.
enum Database {
    static func execute(_ path: String, _ sql: String) throws {
        try DatabaseQueue(path: path).write { try $0.execute(sql: sql) }
    }

    /// The number of rows of a query that one database has and the other lacks. The query names one table, after the only `FROM`.
    static func missing(_ query: String, in other: String, of path: String) throws -> Int? {
        let queue = try DatabaseQueue(path: path)
        return try queue.writeWithoutTransaction { db in
            try db.execute(sql: "ATTACH ? AS other", arguments: [other])
            let (here, there) = (query.replacing("FROM ", with: "FROM main."), query.replacing("FROM ", with: "FROM other."))
            return try Int.fetchOne(db, sql: "SELECT count(*) FROM (\(here) EXCEPT \(there))")
        }
    }

    static func strings(_ path: String, _ sql: String) throws -> [String] {
        try DatabaseQueue(path: path).read { try String.fetchAll($0, sql: sql) }
    }
}
