import ShippyCore

/// The names of the fields that a row of users may have.
enum UserColumns {
    static let read = ["email", "name", "company", "password"]
    /// Those that an export has, and that a new user gets anew.
    static let ignored = ["id", "created_at"]

    static func isKnown(_ name: String) -> Bool { read.contains(name) || ignored.contains(name) }

    /// Refuses a name, and proposes the one that was probably meant. It is quoted only where it looks like a name.
    static func unknown(_ kind: String, _ name: String) -> ShippyError {
        let looksLikeName = name.utf8.count <= 40 && name.wholeMatch(of: #/[A-Za-z][A-Za-z0-9_. \-]*/#) != nil
        let proposal = read.map { (name: $0, distance: distance($0, name.lowercased())) }.min { $0.distance < $1.distance }
        let advice =
            if let proposal, proposal.distance <= 3, proposal.distance < proposal.name.count {
                "did you mean \(proposal.name)?"
            } else {
                "use \((read + ignored).joined(separator: ", "))"
            }
        return ShippyError(.malformed, "unknown \(kind)\(looksLikeName ? " \(name.quoted())" : ""): \(advice)")
    }

    /// How many characters must be put in, taken out or replaced.
    static func distance(_ first: String, _ second: String) -> Int {
        let (first, second) = (Array(first.unicodeScalars.prefix(64)), Array(second.unicodeScalars.prefix(64)))
        var row = Array(0...second.count)
        for (index, scalar) in first.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (place, other) in second.enumerated() {
                let cost = min(row[place] + 1, row[place + 1] + 1, diagonal + (scalar == other ? 0 : 1))
                diagonal = row[place + 1]
                row[place + 1] = cost
            }
        }
        return row[second.count]
    }
}
