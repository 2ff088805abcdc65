/// A session in a list: with the address of its user.
package struct ListedSession: Hashable, Sendable {
    package var session: Session
    /// The user's e-mail address; empty if the service does not tell.
    package var email: String

    package init(_ session: Session, email: String) {
        self.session = session
        self.email = email
    }

    package var id: String { session.id }
}
