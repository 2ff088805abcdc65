import Glibc
import NIOPosix
import ShippyCore
import Synchronization

/// A bounded number of connections, each with a thread, and a bounded queue of work for them.
final class PostgresPool: Sendable {
    private struct State {
        var idle: [PostgresConnection] = []
        var queued = 0
        var failures = 0
        /// Why the last attempt to connect failed, and until when no further attempt is made.
        var refusal: (error: PostgresError, until: ContinuousClock.Instant)?
        var isMigrated = false
    }

    private static let queueLimit = 1000
    private static let queueWait = Duration.seconds(5)
    /// The longest that an attempt to connect keeps others from trying, in case it never ends.
    private static let attemptLimit = Duration.seconds(30)
    private static let conflictBackoff = Backoff(base: .milliseconds(10), cap: .milliseconds(200))

    private let url: PostgresURL
    private let migrate: @Sendable (PostgresConnection) throws -> Void
    private let threads: NIOThreadPool
    private let backoff = Backoff(base: .milliseconds(100), cap: .seconds(2))
    private let state = Mutex(State())

    /// Does not connect yet.
    ///
    /// - Parameter migrate: runs on the first connection, and on the next one after tables were found missing.
    /// - Throws: ``ShippyError`` `.usage` for a URL that libpq cannot parse.
    init(url: String, connections: Int, migrate: @escaping @Sendable (PostgresConnection) throws -> Void) throws {
        self.url = try PostgresURL(url)
        self.migrate = migrate
        threads = NIOThreadPool(numberOfThreads: connections)
    }

    /// Its address, without a password.
    var server: String { url.server }

    /// Runs `body` on a connection, on a thread that may block. Runs it again on a serialization failure or deadlock, so it must
    /// do nothing but talk to the server.
    ///
    /// - Throws: ``ShippyError``: `.overloaded` when too many calls are waiting, `.unavailable` when the server cannot be reached
    ///   or this call has waited too long.
    func run<Value: Sendable>(_ body: @escaping @Sendable (PostgresConnection) throws -> Value) async throws -> Value {
        let isFull = state.withLock { state in
            guard state.queued < Self.queueLimit else { return true }
            state.queued += 1
            return false
        }
        if isFull { throw ShippyError(.overloaded, "too many requests are waiting for the store: try again in a second", retryAfter: .seconds(1)) }
        // The call counts as queued until it begins, or until it is cancelled in the queue and never begins.
        let isQueued = Mutex(true)
        @Sendable func leaveQueue() {
            let wasQueued = isQueued.withLock { isQueued in
                defer { isQueued = false }
                return isQueued
            }
            if wasQueued { state.withLock { $0.queued -= 1 } }
        }
        defer { leaveQueue() }
        threads.start()
        let queuedAt = ContinuousClock.now
        return try await threads.runIfActive { [self] in
            leaveQueue()
            guard queuedAt.duration(to: .now) < Self.queueWait else {
                throw ShippyError(.unavailable, "the store was busy for \(Self.queueWait)", retryAfter: .seconds(1))
            }
            do {
                return try attempt(body)
            } catch let error as PostgresError {
                throw error.shippyError(server: url.server)
            }
        }
    }

    private func attempt<Value>(_ body: (PostgresConnection) throws -> Value) throws -> Value {
        let connection = try idleConnection() ?? connect()
        var attempts = 0
        while true {
            attempts += 1
            do {
                let value = try body(connection)
                state.withLock { $0.idle.append(connection) }
                return value
            } catch let error as PostgresError where error.isTransient && attempts < 5 {
                // A random wait, so that the conflicting transactions do not meet again.
                usleep(UInt32(Self.conflictBackoff.delay(attempt: attempts).milliseconds) * 1000)
            } catch {
                if let error = error as? PostgresError, error.isFatal || error.isSchemaMissing || !connection.isUsable {
                    connection.close()
                } else {
                    state.withLock { $0.idle.append(connection) }
                }
                if (error as? PostgresError)?.isSchemaMissing == true { migrateAgain() }
                throw error
            }
        }
    }

    /// Makes the next call connect and migrate.
    private func migrateAgain() {
        let idle = state.withLock { state in
            defer { state.idle = [] }
            state.isMigrated = false
            return state.idle
        }
        idle.forEach { $0.close() }
    }

    private func idleConnection() -> PostgresConnection? {
        while let connection = state.withLock({ $0.idle.popLast() }) {
            if connection.isUsable { return connection }
            connection.close()
        }
        return nil
    }

    /// While the server refuses connections, one call at a time tries again, after a pause. All others fail at once, with the
    /// reason.
    private func connect() throws -> PostgresConnection {
        try state.withLock { state in
            guard let refusal = state.refusal else { return }
            if refusal.until > .now { throw refusal.error }
            // Others wait for the outcome of this attempt.
            state.refusal?.until = .now + Self.attemptLimit
        }
        do {
            let connection = try PostgresConnection.open(url)
            if !state.withLock({ $0.isMigrated }) {
                do {
                    try migrate(connection)
                } catch {
                    connection.close()
                    throw error
                }
            }
            state.withLock { state in
                state.isMigrated = true
                state.failures = 0
                state.refusal = nil
            }
            return connection
        } catch {
            state.withLock { state in
                guard let error = error as? PostgresError else {
                    state.refusal?.until = .now
                    return
                }
                state.failures += 1
                state.refusal = (error, .now + backoff.delay(attempt: state.failures))
            }
            throw error
        }
    }

    /// A connection outside the pool, for the listener.
    func dedicatedConnection() throws -> PostgresConnection { try PostgresConnection.open(url) }

    func close() async {
        try? await threads.shutdownGracefully()
        for connection in state.withLock({ state in
            defer { state.idle = [] }
            return state.idle
        }) { connection.close() }
    }
}
