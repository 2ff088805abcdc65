import ShippyCore

/// An error reported by the server or libpq.
struct PostgresError: Error {
    /// The five characters of the SQLSTATE; nil when the connection itself failed.
    var state: String?
    /// The primary message, as one line.
    var message: String

    /// Whether the same transaction may succeed if it is retried at once.
    var isTransient: Bool { state == "40001" || state == "40P01" }

    /// Whether the connection can no longer be used.
    var isFatal: Bool { state == nil || state!.hasPrefix("08") || state!.hasPrefix("57P") }

    /// Whether a value is taken that only one row may have.
    var isDuplicate: Bool { state == "23505" }

    var isLockTimeout: Bool { state == "55P03" }

    /// Whether our tables are missing: someone has dropped the schema.
    var isSchemaMissing: Bool { state == "3F000" || state == "42P01" }

    /// A row that migrations create is missing.
    static let noEngine = PostgresError(state: "42P01", message: "table engine is empty")

    /// Why there is no connection. What the server says is kept, but for the severity before it; libpq's own words are not, where they are known:
    /// https://github.com/postgres/postgres/blob/REL_15_STABLE/src/interfaces/libpq/fe-connect.c
    private var connectionFailure: String {
        for (words, reason) in Self.connectionFailures where message.contains(words) { return reason }
        let own = message.replacing(#/^connection to server (at "[^"]*"( \([^)]*\))?, port \d+|on socket "[^"]*") failed: /#, with: "")
        return String(own.replacing(#/^(FATAL|ERROR|PANIC): +/#, with: ""))
    }

    private static let connectionFailures = [
        ("SSL was required", "the server has no TLS: turn it on there, or add sslmode=prefer to the store URL on a trusted network"),
        ("Connection refused", "connection refused"),
        ("could not translate host name", "there is no such host"),
        ("timeout expired", "no answer in time"),
        ("invalid response to SSL negotiation", "another program than PostgreSQL answers there"),
        ("server closed the connection unexpectedly", "it closed the connection"),
    ]

    /// - Parameter server: its address, without a password.
    func shippyError(server: String) -> ShippyError {
        guard let state else {
            let text = connectionFailure.visiblyEscaped(limit: 300)
            return .unavailableStore("cannot reach PostgreSQL at \(server): \(text)")
        }
        let text = message.visiblyEscaped(limit: 300)
        if isSchemaMissing {
            return .unavailableStore("shippy's tables are missing in PostgreSQL at \(server): \(text)")
        }
        // Temporary, like a lock (class 55 below): the permission may be granted at any moment.
        if state == "42501" { return .unavailableStore("PostgreSQL at \(server) denied permission: \(text)") }
        // Classes of SQLSTATE, from the appendix on error codes in PostgreSQL's manual.
        switch state.prefix(2) {
        case "08", "57", "40", "55": return .unavailableStore("PostgreSQL at \(server) is unavailable: \(text)")
        case "53", "58": return .unavailableStore("PostgreSQL at \(server) is out of resources: \(text)")
        case "25": return .unavailableStore("PostgreSQL at \(server) does not accept writes: \(text)")
        case "28", "3D": return .unavailableStore("cannot log in to PostgreSQL at \(server): \(text)")
        case "22", "23", "54": return ShippyError(.invalid, "PostgreSQL rejected a value: \(text)")
        default: return ShippyError(.failed, "PostgreSQL at \(server): \(text) (\(state))")
        }
    }
}

extension ShippyError {
    fileprivate static func unavailableStore(_ message: String) -> ShippyError {
        ShippyError(.unavailable, message, retryAfter: .seconds(2))
    }
}
