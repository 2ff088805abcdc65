package import ShippyCore

/// What an operation demands of its caller.
package enum Requirement: Hashable, Sendable {
    /// Nothing. Either anybody may, or the request contains its own credential, such as a password or a refresh token.
    case nothing
    /// A valid token of any kind.
    case token
    /// The user whom the operation is about, or at least this role.
    case oneselfOr(AccessRole)
    /// At least this role.
    case role(AccessRole)
}
