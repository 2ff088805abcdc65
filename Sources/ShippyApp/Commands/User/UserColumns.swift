import ShippyCore

/// The names of the fields that a row of users may have.
enum UserColumns {
    static let read = ["email", "name", "company", "password"]
    /// Fields of an export that a new user gets new values for.
    static let ignored = ["id", "created_at"]

    static func isKnown(_ name: String) -> Bool { read.contains(name) || ignored.contains(name) }

    /// Refuses a name, and proposes the one that was probably meant. It is quoted only where it looks like a name.
    static func unknown(_ kind: String, _ name: String) -> ShippyError {
        let looksLikeName = name.utf8.count <= 40 && name.wholeMatch(of: #/[A-Za-z][A-Za-z0-9_. \-]*/#) != nil
        let advice = NearestName.of(name, among: read).map { "did you mean \($0)?" } ?? "use \((read + ignored).joined(separator: ", "))"
        return ShippyError(.malformed, "unknown \(kind)\(looksLikeName ? " \(name.quoted())" : ""): \(advice)")
    }
}
