import ShippyCore

/// An error that the server or libpq reported.
struct PostgresError: Error {
    /// The five characters of SQLSTATE; nil when the connection itself failed.
    var state: String?
    /// The primary message, in one line.
    var message: String

    /// Whether the same transaction may well succeed when it is tried again at once.
    var isTransient: Bool { state == "40001" || state == "40P01" }

    /// Whether the connection is of no further use.
    var isFatal: Bool { state == nil || state!.hasPrefix("08") || state!.hasPrefix("57P") }

    /// Whether our tables are not there: somebody has dropped the schema.
    var isSchemaMissing: Bool { state == "3F000" || state == "42P01" }

    /// A row that migrations make is not there.
    static let noEngine = PostgresError(state: "42P01", message: "table engine is empty")

    /// - Parameter server: where it is, without a password.
    func shippyError(server: String) -> ShippyError {
        let text = message.visiblyEscaped(limit: 300)
        guard let state else {
            // As libpq says it: https://github.com/postgres/postgres/blob/REL_15_STABLE/src/interfaces/libpq/fe-connect.c
            let advice =
                message.contains("SSL was required")
                ? ": turn on TLS in the server, or add sslmode=prefer to the store URL on a trusted network" : ""
            return .unavailableStore("cannot reach PostgreSQL at \(server): \(text)\(advice)")
        }
        if isSchemaMissing {
            return .unavailableStore("shippy's tables are missing in PostgreSQL at \(server): \(text)")
        }
        // A right may be granted, and a lock given up, at any moment.
        if state == "42501" { return .unavailableStore("PostgreSQL at \(server) denied permission: \(text)") }
        // Classes of SQLSTATE, from the appendix on error codes of PostgreSQL's manual.
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
