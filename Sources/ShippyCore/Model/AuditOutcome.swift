/// How a call in the audit log ended.
package enum AuditOutcome: String, CaseIterable, Sendable {
    /// It was carried out.
    case ok
    /// What proves the caller's right to it was wrong: a password, or a refresh token. Or a link was asked for that was not mailed.
    case refused
    /// The caller's role was too small.
    case denied
    /// The caller had to wait after too many wrong passwords.
    case throttled

    /// Checks the name of an outcome.
    /// - Throws: ``ShippyError`` `.invalid`, with the names.
    package static func check(_ name: String) throws(ShippyError) {
        guard Self(rawValue: name) == nil else { return }
        let names = allCases.map(\.rawValue).joined(separator: ", ")
        throw ShippyError(.invalid, "unknown outcome \(name.quoted(limit: 40)): use one of \(names)", field: "outcome")
    }
}
