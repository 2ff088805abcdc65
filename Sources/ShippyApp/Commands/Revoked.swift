import ShippyCore

/// What a command has ended.
struct Revoked: JSONWritable {
    var count: Int
    /// nil if only their number is known.
    var ids: [String]?

    /// Ends sessions.
    /// - Throws: ``ShippyError`` `.notFound` for text that is not an ID.
    static func sessions(_ ids: [String], _ access: any AccessAPI, requestID: String) async throws -> Revoked {
        let ids = ids.map { $0.lowercased() }
        // Not quoted: it may be a token that was pasted.
        guard ids.allSatisfy(\.isUUID) else { throw ShippyError(.notFound, "not an ID of a session: `shippy session list` shows them") }
        let ended = try await access.endSessions(ids, requestID: requestID)
        return Revoked(count: ended.count, ids: ended)
    }

    static func sessions(ofUser user: String, _ access: any AccessAPI, requestID: String) async throws -> Revoked {
        Revoked(count: try await access.endSessions(of: user, requestID: requestID))
    }

    /// - Throws: ``ShippyError`` `.notFound`.
    static func token(_ id: String, _ access: any AccessAPI, requestID: String) async throws -> Revoked {
        let id = id.lowercased()
        guard id.isUUID else { throw ShippyError(.notFound, "not an ID of a token: `shippy token list` shows them") }
        try await access.endToken(id, requestID: requestID)
        return Revoked(count: 1, ids: [id])
    }

    /// Those of `requested` that were not there.
    func missing(of requested: [String]) -> [String] {
        requested.map { $0.lowercased() }.filter { ids?.contains($0) == false }
    }

    /// For people.
    var fields: [(String, String)] { [("revoked", "\(count)")] + (ids ?? []).map { ("id", $0) } }

    func write(to json: inout JSONWriter) {
        json.object {
            $0.field("revoked", count)
            if let ids {
                $0.key("ids")
                $0.array { json in ids.forEach { json.string($0) } }
            }
        }
    }
}
