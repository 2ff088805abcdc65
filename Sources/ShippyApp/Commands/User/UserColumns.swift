import ShippyCore

/// The fields that a row may have.
enum UserColumns {
    static let read = ["email", "name", "company", "password", "password_hash", "role", "state", "confirmed"]
    /// Fields of an export that are imported only on request: otherwise, a new user gets new values.
    static let onRequest = ["id", "created_at"]

    /// What to say of such a field if it is not imported.
    static func warning(_ field: String) -> String { "\(field) is not imported: every user gets a new one, unless --keep-ids is given" }

    static func isKnown(_ name: String) -> Bool { read.contains(name) || onRequest.contains(name) }

    /// The error for an unknown name, with the nearest known one. It quotes the name only if it looks like one.
    static func unknown(_ kind: String, _ name: String) -> ShippyError {
        let looksLikeName = name.utf8.count <= 40 && name.wholeMatch(of: #/[A-Za-z][A-Za-z0-9_. \-]*/#) != nil
        let advice =
            NearestName.of(name, among: read).map { "did you mean \($0)?" }
            ?? "use \((read + onRequest).joined(separator: ", ")), or --map to name its field or leave it out"
        return ShippyError(.malformed, "unknown \(kind)\(looksLikeName ? " \(name.quoted())" : ""): \(advice)")
    }
}
