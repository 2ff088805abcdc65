import ShippyCore

/// What a command has ended.
struct Revoked: JSONWritable {
    var count: Int
    /// nil if only their number is known.
    var ids: [String]?

    /// Ends sessions.
    /// - Parameter ids: whole.
    static func sessions(_ ids: [String], _ access: any AccessAPI, requestID: String) async throws -> Revoked {
        let ended = try await access.endSessions(ids, requestID: requestID)
        return Revoked(count: ended.count, ids: ended)
    }

    static func sessions(ofUser user: String, _ access: any AccessAPI, requestID: String) async throws -> Revoked {
        Revoked(count: try await access.endSessions(of: user, requestID: requestID))
    }

    /// - Parameter id: whole.
    /// - Throws: ``ShippyError`` `.notFound`.
    static func token(_ id: String, _ access: any AccessAPI, requestID: String) async throws -> Revoked {
        try await access.endToken(id, requestID: requestID)
        return Revoked(count: 1, ids: [id])
    }

    /// Those of `requested` that were not there.
    func missing(of requested: [String]) -> [String] {
        requested.filter { ids?.contains($0) == false }
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
