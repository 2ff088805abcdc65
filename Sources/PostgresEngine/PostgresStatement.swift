/// An SQL statement and its parameters, `$1` and on.
struct PostgresStatement: Sendable {
    var sql: String
    var parameters: [PostgresValue]

    init(_ sql: String, _ parameters: [PostgresValue] = []) {
        self.sql = sql
        self.parameters = parameters
    }
}
