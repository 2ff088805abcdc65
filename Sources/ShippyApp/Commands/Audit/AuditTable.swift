import ShippyCore

/// Audit entries for people, in 80 columns: an entry with a detail may be longer.
enum AuditTable {
    private static let columns = [("AT", 20), ("ACTION", 17), ("ACTOR", 14), ("TARGET", 14), ("OUTCOME", 7)]

    static func fill(_ table: Table.Builder, _ entries: [AuditEntry]) {
        table.header("AT", "ACTION", "ACTOR", "TARGET", "OUTCOME")
        for entry in entries { table.row(cells(of: entry)) }
    }

    /// The header of lines that are shown as they come, whose columns have fixed widths.
    static var header: String { line(columns.map(\.0)) }

    static func line(_ entry: AuditEntry) -> String { line(cells(of: entry).map { $0.visiblyEscaped() }) }

    private static func line(_ cells: [String]) -> String {
        let line = zip(cells, columns).map { $0.padding(to: $1.1) }.joined(separator: "  ")
        return String(line.reversed().drop { $0 == " " }.reversed())
    }

    private static func cells(of entry: AuditEntry) -> [String] {
        // Milliseconds are in the JSON output.
        let at = "\(entry.at.description.prefix(19))Z"
        return [at, entry.action, short(entry.actor), entry.target.isEmpty ? "-" : short(entry.target), outcome(entry)]
    }

    /// `ok (role=admin)`
    private static func outcome(_ entry: AuditEntry) -> String {
        let parts = entry.detail.split(separator: ", ").compactMap { part -> String? in
            let (name, value) = (part.prefix { $0 != "=" }, part.drop { $0 != "=" }.dropFirst())
            // How a user was created is in the JSON output, and in the user's story.
            if UserOrigin.names.contains(String(name)) { return nil }
            return value.isEmpty ? String(part) : "\(name)=\(shortID(value))"
        }
        return parts.isEmpty ? entry.outcome : "\(entry.outcome) (\(parts.joined(separator: ", ")))"
    }

    /// `01a1fc02-23c5` for a user, and `token:01a1fc02-23c5` for others. Commands take these characters for the whole ID: see ``TypedID``.
    private static func short(_ actor: String) -> String {
        guard let colon = actor.firstIndex(of: ":") else { return actor }
        let id = shortID(actor[actor.index(after: colon)...])
        return actor.hasPrefix("user:") ? id : "\(actor[...colon])\(id)"
    }

    /// The time in an ID, to the millisecond: few have the same.
    private static func shortID(_ text: Substring) -> String { String(text).isUUID ? String(text.prefix(13)) : String(text) }
}
