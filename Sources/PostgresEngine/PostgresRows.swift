import CPostgres

/// The result of a statement, in binary format. Read each column by its type: `int8`, `text` or `bytea`.
final class PostgresRows {
    private let result: OpaquePointer

    init(_ result: OpaquePointer) {
        self.result = result
    }

    deinit { PQclear(result) }

    var count: Int { Int(PQntuples(result)) }

    /// The number of rows that an INSERT, UPDATE or DELETE changed.
    var changed: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

    func map<Value>(_ body: (PostgresRow) throws -> Value) rethrows -> [Value] {
        try (0..<count).map { try body(PostgresRow(result: result, index: Int32($0))) }
    }

    func first<Value>(_ body: (PostgresRow) throws -> Value) rethrows -> Value? {
        count == 0 ? nil : try body(PostgresRow(result: result, index: 0))
    }
}

/// One row. Valid as long as its result.
struct PostgresRow {
    fileprivate let result: OpaquePointer
    fileprivate let index: Int32

    private func raw(_ column: Int) -> UnsafeBufferPointer<UInt8>? {
        guard PQgetisnull(result, index, Int32(column)) == 0 else { return nil }
        let length = Int(PQgetlength(result, index, Int32(column)))
        return PQgetvalue(result, index, Int32(column)).map {
            UnsafeBufferPointer(start: UnsafeRawPointer($0).assumingMemoryBound(to: UInt8.self), count: length)
        }
    }

    func optionalInteger(_ column: Int) -> Int64? {
        raw(column).map { $0.reduce(0) { $0 << 8 | Int64($1) } }
    }

    func optionalText(_ column: Int) -> String? {
        raw(column).map { String(decoding: $0, as: UTF8.self) }
    }

    func integer(_ column: Int) -> Int64 { optionalInteger(column) ?? 0 }

    func text(_ column: Int) -> String { optionalText(column) ?? "" }

    func bytes(_ column: Int) -> [UInt8] { raw(column).map(Array.init) ?? [] }
}
