/// Everything that the audit log can tell of: the one list of actions.
///
/// Reading is recorded only if it was denied.
package enum AuditAction: String, CaseIterable, Sendable {
    // MARK: Users

    case createUser = "user.create"
    case importUsers = "user.import"
    /// Only exports with the hashes of passwords.
    case exportUsers = "user.export"
    case getUser = "user.get"
    case listUsers = "user.list"
    case updateUser = "user.update"
    case setPassword = "user.set-password"
    case setRole = "user.set-role"
    case disableUser = "user.disable"
    case enableUser = "user.enable"
    case deleteUser = "user.delete"

    // MARK: Logging in

    case logIn = "user.login"
    case logOut = "user.logout"
    case requestConfirmation = "user.request-confirmation"
    case confirmAddress = "user.confirm"
    case requestPasswordReset = "user.request-password-reset"
    case resetPassword = "user.reset-password"
    /// Asking for a link of either kind, if that was denied.
    case mailLink = "user.mail-link"

    // MARK: Sessions

    case listSessions = "session.list"
    case revokeSession = "session.revoke"
    /// An old refresh token was used, and its session has been ended.
    case reuseSession = "session.reused"

    // MARK: Tokens and keys

    case createToken = "token.create"
    case listTokens = "token.list"
    case revokeToken = "token.revoke"
    case listKeys = "key.list"
    case rotateKeys = "key.rotate"
    case revokeKey = "key.revoke"

    // MARK: The rest

    case sendMail = "mail.send"
    case retryMail = "mail.retry"
    case resendMail = "mail.resend"
    case cancelMail = "mail.cancel"
    case readAudit = "audit.read"
    case readReadiness = "ops.ready"
    case readMetrics = "ops.metrics"

    /// `user` of `user.disable`.
    package var kind: String { String(rawValue.prefix { $0 != "." }) }

    /// Checks the name of an action, or of a kind of actions: see ``AuditFilter/action``.
    /// - Throws: ``ShippyError`` `.invalid`, with the nearest name.
    package static func check(_ name: String) throws(ShippyError) {
        let names = allCases.map(\.rawValue)
        let kinds = Set(allCases.map(\.kind)).sorted()
        guard !names.contains(name), !kinds.contains(name) else { return }
        let advice = nearest(name, names + kinds).map { "did you mean \($0)?" } ?? "use one of \((kinds + names).joined(separator: ", "))"
        throw ShippyError(.invalid, "unknown action \(name.quoted(limit: 40)): \(advice)", field: "action")
    }

    private static func nearest(_ name: String, _ names: [String]) -> String? {
        if let nearest = NearestName.of(name, among: names) { return nearest }
        // Without its kind: `set-role`.
        let parts = allCases.map { String($0.rawValue.dropFirst($0.kind.count + 1)) }
        return NearestName.of(name, among: parts).flatMap { part in parts.firstIndex(of: part) }.map { allCases[$0].rawValue }
    }
}
