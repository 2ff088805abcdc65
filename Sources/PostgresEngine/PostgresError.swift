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

    /// Whether our tables are missing: someone has dropped the schema.
    var isSchemaMissing: Bool { state == "3F000" || state == "42P01" }

    /// A row that migrations create is missing.
    static let noEngine = PostgresError(state: "42P01", message: "table engine is empty")

    /// - Parameter server: its address, without a password.
    func shippyError(server: String) -> ShippyError {
        let text = message.visiblyEscaped(limit: 300)
        guard let state else {
            // libpq's wording: https://github.com/postgres/postgres/blob/REL_15_STABLE/src/interfaces/libpq/fe-connect.c
            let advice =
                message.contains("SSL was required")
                ? ": turn on TLS in the server, or add sslmode=prefer to the store URL on a trusted network" : ""
            return .unavailableStore("cannot reach PostgreSQL at \(server): \(text)\(advice)")
        }
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
