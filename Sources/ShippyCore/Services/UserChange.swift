/// A change of one user.
package enum UserChange: Hashable, Sendable {
    /// New values; nil keeps the present one. Users who change their own address give the present password: links that set a new one go
    /// to the address.
    case details(email: String?, name: String?, company: String?, password: String? = nil)
    case disable
    case enable
    /// Ends all sessions of the user. Users who set their own password give the present one, and keep the session that they use.
    case password(String, old: String? = nil)
    case role(AccessRole)
}
