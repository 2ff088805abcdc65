/// The public data of a user, without password or hash.
package struct User: Hashable, Sendable {
    /// A lower-case UUID (version 7 for users created by shippy).
    package var id: String
    package var name: String
    package var company: String
    package var email: EmailAddress
    package var createdAt: Timestamp

    package init(id: String, name: String, company: String, email: EmailAddress, createdAt: Timestamp) {
        self.id = id
        self.name = name
        self.company = company
        self.email = email
        self.createdAt = createdAt
    }
}
