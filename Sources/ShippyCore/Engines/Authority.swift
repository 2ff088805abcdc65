/// What gives a caller the right to make a change, in the store's own terms.
///
/// A service learns within seconds that a session or token has ended. That is enough time for somebody who has just lost a right to
/// give it back to themselves, or to make a token that stays. So whatever changes who may do what names its authority, and the store
/// checks it in the transaction of the change, however long ago the call was admitted.
package enum Authority: Hashable, Sendable {
    /// A session of a user with this role that has neither ended nor expired. It ends when the user is disabled or deleted.
    case session(id: String, userID: String, role: AccessRole)
    /// A token for programs that has neither ended nor expired.
    case token(id: String)
    /// A user who is not disabled and has this role. Some tokens for the tutorials' clients have no session.
    case user(id: String, role: AccessRole)
}

extension ShippyError {
    /// Any invalid token, also one whose ``Authority`` has ended.
    package static var invalidToken: ShippyError {
        ShippyError(.unauthenticated, "the token is not valid: log in again")
    }
}
