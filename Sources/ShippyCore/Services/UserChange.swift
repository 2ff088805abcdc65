/// A change of one user.
package enum UserChange: Hashable, Sendable {
    /// New values; nil keeps the present one.
    case details(email: String?, name: String?, company: String?)
    case disable
    case enable
    /// Ends all sessions of the user.
    case password(String)
    case role(AccessRole)
}
