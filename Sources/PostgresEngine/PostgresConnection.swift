import CPostgres
import Glibc
import ShippyCore

/// One connection to PostgreSQL. It blocks the thread that it is used on, but once it is open never past a
/// deadline.
///
/// It is always in pipeline mode: the statements of a call travel together, and their answers come back together.
///
/// Not safe for two threads at a time. `@unchecked Sendable` because its owner hands it from one thread to the next, and
/// never to two: ``PostgresPool`` by taking it out of the idle ones, ``PostgresListener`` by having a single thread.
final class PostgresConnection: @unchecked Sendable {
    private static let answerLimit = Duration.seconds(15)

    private let handle: OpaquePointer
    /// Names of prepared statements, by their SQL.
    private var prepared: [String: String] = [:]
    private var preparedCount = 0
    /// Something was sent, and not everything that answers it was read: no more can be done over this connection.
    private var awaitsAnswers = false

    /// Connects, for as long as that takes: see ``PostgresDialer``. Each host of several has a time of its own.
    init(connectingTo url: PostgresURL) throws(PostgresError) {
        // What the URL says about it comes later, and counts.
        var (keywords, values) = (["connect_timeout", "dbname"], [String(url.hostTimeout), url.text])
        if url.mustEncrypt {
            keywords.insert("sslmode", at: 0)
            values.insert("require", at: 0)
        }
        let connected = keywords.withCStrings { keywords in values.withCStrings { PQconnectdbParams(keywords, $0, 1) } }
        guard let connected else { throw PostgresError(message: "out of memory") }
        handle = connected
        // libpq prints on standard error what nobody asked for. An end that the server announces so is met by the next call.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        guard PQstatus(handle) == CONNECTION_OK, PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1 else {
            let error = failure()
            PQfinish(handle)
            throw error
        }
    }

    /// Connects in a bounded time, and sets what every session of ours relies on.
    /// - Throws: ``PostgresError``.
    static func open(_ url: PostgresURL) throws -> PostgresConnection {
        let connection = try PostgresDialer.connect(url)
        do {
            // A commit is on disk before it is answered, whatever the server's default. A session that hangs holds its locks
            // for half a minute at most. Statements are planned each time: a plan made while a table was empty would stay with
            // it when it has millions of rows.
            try connection.execute([
                PostgresStatement("SET application_name = 'shippy'"), PostgresStatement("SET search_path = shippy"),
                PostgresStatement("SET synchronous_commit = on"), PostgresStatement("SET statement_timeout = '10s'"),
                PostgresStatement("SET lock_timeout = '5s'"), PostgresStatement("SET plan_cache_mode = force_custom_plan"),
                PostgresStatement("SET idle_in_transaction_session_timeout = '30s'"), PostgresStatement("SET client_min_messages = error"),
            ])
            return connection
        } catch {
            connection.close()
            throw error
        }
    }

    func close() { PQfinish(handle) }

    /// The number of the server's version, such as `15.3`.
    var serverVersion: String { PQparameterStatus(handle, "server_version").map { String(cString: $0) } ?? "" }

    /// Whether it still stands, as far as this side knows: what the server sent meanwhile is read, its goodbye included.
    var isUsable: Bool {
        !awaitsAnswers && PQconsumeInput(handle) == 1 && PQstatus(handle) == CONNECTION_OK && PQtransactionStatus(handle) == PQTRANS_IDLE
    }

    var socket: Int32 { PQsocket(handle) }

    /// Sends all statements at once and waits for their results. Outside of ``transaction(_:)`` they are one transaction.
    ///
    /// - Throws: ``PostgresError``: the first one. Nothing of the call is kept then.
    @discardableResult
    func execute(_ statements: [PostgresStatement]) throws -> [PostgresRows] {
        let deadline = ContinuousClock.now + Self.answerLimit
        // What is still to come would be taken for the answer to this.
        guard !awaitsAnswers else { throw PostgresError(message: "an earlier answer was not read") }
        awaitsAnswers = true
        var isResult: [Bool] = []
        var added: [String] = []
        do {
            for statement in statements {
                if prepared[statement.sql] == nil {
                    try prepare(statement)
                    added.append(statement.sql)
                    isResult.append(false)
                }
                try send(statement)
                isResult.append(true)
            }
            guard PQpipelineSync(handle) == 1 else { throw failure() }
            let results = try receive(deadline: deadline)
            return zip(results, isResult).compactMap { $1 ? $0 : nil }
        } catch {
            // It may not have come to them.
            for sql in added { prepared[sql] = nil }
            throw error
        }
    }

    @discardableResult
    func execute(_ sql: String, _ parameters: PostgresValue...) throws -> PostgresRows {
        try execute([PostgresStatement(sql, parameters)])[0]
    }

    /// Runs `body` in a transaction that ends with it.
    func transaction<Value>(_ body: () throws -> Value) throws -> Value {
        try execute("BEGIN")
        do {
            let value = try body()
            try execute("COMMIT")
            return value
        } catch {
            // Where this fails, too, the connection is broken, and the server rolls back by itself.
            _ = try? execute("ROLLBACK")
            throw error
        }
    }

    private func prepare(_ statement: PostgresStatement) throws {
        preparedCount += 1
        let name = "s\(preparedCount)"
        let types = statement.parameters.map(\.typeID)
        guard PQsendPrepare(handle, name, statement.sql, Int32(types.count), types) == 1 else { throw failure() }
        prepared[statement.sql] = name
    }

    private func send(_ statement: PostgresStatement) throws {
        let encoded = statement.parameters.map(\.encoded)
        // One block for all values, so that pointers into it stand while libpq copies them.
        let block: [UInt8] = encoded.compactMap(\.self).flatMap(\.self) + [0]
        let sent = block.withUnsafeBytes { bytes in
            var offset = 0
            var pointers: [UnsafePointer<CChar>?] = []
            for value in encoded {
                pointers.append(value == nil ? nil : (bytes.baseAddress! + offset).assumingMemoryBound(to: CChar.self))
                offset += value?.count ?? 0
            }
            let lengths = encoded.map { Int32($0?.count ?? 0) }
            let formats = encoded.map { _ in Int32(1) }
            return PQsendQueryPrepared(handle, prepared[statement.sql], Int32(encoded.count), pointers, lengths, formats, 1)
        }
        guard sent == 1 else { throw failure() }
    }

    /// Reads up to the end of the pipeline.
    private func receive(deadline: ContinuousClock.Instant) throws -> [PostgresRows] {
        var results: [PostgresRows] = []
        var first: PostgresError?
        while true {
            try waitForResult(deadline: deadline)
            guard let result = PQgetResult(handle) else {
                // The end of one statement's results, unless the connection is gone.
                guard PQstatus(handle) == CONNECTION_OK else { throw first ?? failure() }
                continue
            }
            switch PQresultStatus(result) {
            case PGRES_PIPELINE_SYNC:
                PQclear(result)
                awaitsAnswers = false
                if let first { throw first }
                return results
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_PIPELINE_ABORTED:
                results.append(PostgresRows(result))
            default:
                if first == nil { first = Self.error(result) }
                PQclear(result)
                if PQstatus(handle) != CONNECTION_OK { throw first! }
            }
        }
    }

    private func waitForResult(deadline: ContinuousClock.Instant) throws {
        while true {
            let unsent = PQflush(handle)
            guard unsent >= 0 else { throw failure() }
            if unsent == 0, PQisBusy(handle) == 0 { return }
            try wait(for: unsent == 1 ? POLLIN | POLLOUT : POLLIN, deadline: deadline)
            guard PQconsumeInput(handle) == 1 else { throw failure() }
        }
    }

    private func wait(for events: Int32, deadline: ContinuousClock.Instant) throws {
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { throw PostgresError(message: "no answer in time") }
            var descriptor = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
            let count = poll(&descriptor, 1, Int32(clamping: left.milliseconds + 1))
            if count > 0 { return }
            if count < 0, errno != EINTR { throw PostgresError(message: String(cString: strerror(errno))) }
        }
    }

    /// Whether a notification has come; all that are there are taken.
    func takeNotifications() throws -> Set<String> {
        guard PQconsumeInput(handle) == 1 else { throw failure() }
        var channels: Set<String> = []
        while let notification = PQnotifies(handle) {
            channels.insert(String(cString: notification.pointee.relname))
            PQfreemem(notification)
        }
        return channels
    }

    private func failure() -> PostgresError {
        PostgresError(message: Self.line(PQerrorMessage(handle)))
    }

    private static func error(_ result: OpaquePointer) -> PostgresError {
        let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) }
        return PostgresError(state: state, message: line(PQresultErrorField(result, Int32(UInt8(ascii: "M"))) ?? PQresultErrorMessage(result)))
    }

    /// libpq's messages have several lines, of which the first says what matters.
    private static func line(_ message: UnsafePointer<CChar>?) -> String {
        let text = message.map { String(cString: $0) } ?? ""
        return text.split(separator: "\n").first.map(String.init) ?? "the connection was closed"
    }
}

extension [String] {
    /// The strings as C has them, with a null behind the last, for as long as `body` runs.
    fileprivate func withCStrings<Value>(_ body: ([UnsafePointer<CChar>?]) -> Value) -> Value {
        let copies = map { strdup($0) }
        defer { copies.forEach { free($0) } }
        return body(copies.map { UnsafePointer($0) } + [nil])
    }
}
