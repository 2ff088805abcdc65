/// Names the user whom a call is about.
package enum CallTarget: Hashable, Sendable {
    /// By ID or e-mail address.
    case user(String)
    /// The user of this session.
    case session(String)
}
