import Foundation
import ShippyCore
import Synchronization

/// Connects on a thread of its own, which is abandoned if it does not finish in time.
///
/// libpq resolves host names while it connects, and getaddrinfo may take minutes if a name server does not answer. A connection
/// that succeeds too late is closed.
enum PostgresDialer {
    /// The most threads in this process that are connecting or abandoned.
    private static let threadLimit = 64
    private static let threads = Mutex(0)

    private enum State {
        case connecting
        case ended(Result<PostgresConnection, PostgresError>)
        case leftBehind
    }

    private final class Attempt: Sendable {
        let state = Mutex(State.connecting)
        let ended = DispatchSemaphore(value: 0)
    }

    /// - Throws: ``PostgresError``, also when `url`'s limit is exceeded.
    static func connect(_ url: PostgresURL) throws -> PostgresConnection {
        let mayStart = threads.withLock { threads in
            guard threads < threadLimit else { return false }
            threads += 1
            return true
        }
        guard mayStart else { throw PostgresError(message: "\(threadLimit) earlier attempts to connect are still hanging") }
        let attempt = Attempt()
        let thread = Thread {
            run(attempt, url)
            threads.withLock { $0 -= 1 }
        }
        thread.name = "pg-connect"
        thread.start()
        _ = attempt.ended.wait(timeout: .now() + url.connectLimit.seconds)
        let state = attempt.state.withLock { state in
            defer { state = .leftBehind }
            return state
        }
        guard case .ended(let result) = state else {
            throw PostgresError(message: "no connection within \(url.connectLimit): a host name may not resolve")
        }
        return try result.get()
    }

    private static func run(_ attempt: Attempt, _ url: PostgresURL) {
        let result = Result { () throws(PostgresError) in try PostgresConnection(connectingTo: url) }
        let isWanted = attempt.state.withLock { state in
            guard case .connecting = state else { return false }
            state = .ended(result)
            return true
        }
        attempt.ended.signal()
        if !isWanted { try? result.get().close() }
    }
}
