/// A change of one user.
package enum UserChange: Hashable, Sendable {
    /// New values; nil keeps the present one.
    case details(email: String?, name: String?, company: String?)
    case disable
    case enable
    /// Ends all sessions of the user. Users who set their own password give the present one, and keep the session that they use.
    case password(String, old: String? = nil)
    case role(AccessRole)
}
