import CPostgres
import Glibc
import ShippyCore

/// A connection to PostgreSQL. Calls block the thread; once the connection is open, never past a deadline.
///
/// It is always in pipeline mode: the statements of a call are sent together, and their results come back together.
///
/// `@unchecked Sendable`: its owner passes it from thread to thread, but never to two at once. ``PostgresPool`` takes it out of
/// the idle connections, and ``PostgresListener`` has a single thread.
final class PostgresConnection: @unchecked Sendable {
    private static let answerLimit = Duration.seconds(15)

    private let handle: OpaquePointer
    /// Names of prepared statements, by their SQL.
    private var prepared: [String: String] = [:]
    private var preparedCount = 0
    /// Something was sent whose results have not all been read. Then the connection cannot be used any more.
    private var awaitsAnswers = false

    /// Connects without a deadline: see ``PostgresDialer``. If there are several hosts, each has its own timeout.
    init(connectingTo url: PostgresURL) throws(PostgresError) {
        // The URL follows: its own settings take precedence.
        var (keywords, values) = (["connect_timeout", "dbname"], [String(url.hostTimeout), url.text])
        if url.mustEncrypt {
            keywords.insert("sslmode", at: 0)
            values.insert("require", at: 0)
        }
        // What follows the URL takes precedence over it.
        if let file = url.passwordFile {
            keywords.append("passfile")
            values.append(file.path)
        }
        let connected = keywords.withCStrings { keywords in values.withCStrings { PQconnectdbParams(keywords, $0, 1) } }
        guard let connected else { throw PostgresError(message: "out of memory") }
        handle = connected
        // By default libpq prints notices to standard error. If a notice announces the end of the connection, the next call
        // fails.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        guard PQstatus(handle) == CONNECTION_OK, PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1 else {
            let error = failure()
            PQfinish(handle)
            throw error
        }
    }

    /// Connects within a bounded time, and applies the settings that all sessions rely on.
    /// - Throws: ``PostgresError``.
    static func open(_ url: PostgresURL) throws -> PostgresConnection {
        let connection = try PostgresDialer.connect(url)
        do {
            // Commits are on disk before they return, whatever the server's default. A hanging session holds its locks for at
            // most half a minute. Statements are planned each time: a plan made while a table was empty would still be used when
            // it has millions of rows.
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

    /// The server's version, such as `15.3 (Debian 15.3-0+deb12u1)`.
    var serverVersion: String { PQparameterStatus(handle, "server_version").map { String(cString: $0) } ?? "" }

    /// Whether the connection is up and idle, as far as this side knows. First reads what the server has sent, such as a shutdown
    /// notice.
    var isUsable: Bool {
        !awaitsAnswers && PQconsumeInput(handle) == 1 && PQstatus(handle) == CONNECTION_OK && PQtransactionStatus(handle) == PQTRANS_IDLE
    }

    var socket: Int32 { PQsocket(handle) }

    /// Sends all statements at once and waits for their results. Outside of ``transaction(_:)`` they form one transaction.
    ///
    /// - Throws: ``PostgresError``: the first one. If it is the server's, nothing of the call is kept. If the connection failed,
    ///   the outcome is unknown.
    @discardableResult
    func execute(_ statements: [PostgresStatement]) throws -> [PostgresRows] {
        let deadline = ContinuousClock.now + Self.answerLimit
        // The pending results would be taken for those of this call.
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
            // The server may not have prepared them.
            for sql in added { prepared[sql] = nil }
            throw error
        }
    }

    @discardableResult
    func execute(_ sql: String, _ parameters: PostgresValue...) throws -> PostgresRows {
        try execute([PostgresStatement(sql, parameters)])[0]
    }

    /// Runs `body` in a transaction, which is rolled back if `body` throws.
    func transaction<Value>(_ body: () throws -> Value) throws -> Value {
        try execute("BEGIN")
        do {
            let value = try body()
            try execute("COMMIT")
            return value
        } catch {
            // If this fails, too, the connection is broken, and the server rolls back.
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
        // One block for all values, so that pointers into it stay valid while libpq copies them.
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

    /// Reads results up to the end of the pipeline.
    private func receive(deadline: ContinuousClock.Instant) throws -> [PostgresRows] {
        var results: [PostgresRows] = []
        var first: PostgresError?
        while true {
            try waitForResult(deadline: deadline)
            guard let result = PQgetResult(handle) else {
                // The end of a statement's results, unless the connection is gone.
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

    /// Takes all notifications that have arrived.
    /// - Returns: their channels.
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

    /// The first of a message's several lines: it has the reason.
    private static func line(_ message: UnsafePointer<CChar>?) -> String {
        let text = message.map { String(cString: $0) } ?? ""
        return text.split(separator: "\n").first.map(String.init) ?? "the connection was closed"
    }
}

extension [String] {
    /// Passes the strings to `body` as C strings, followed by a null. They are valid while `body` runs.
    fileprivate func withCStrings<Value>(_ body: ([UnsafePointer<CChar>?]) -> Value) -> Value {
        let copies = map { strdup($0) }
        defer { copies.forEach { free($0) } }
        return body(copies.map { UnsafePointer($0) } + [nil])
    }
}
