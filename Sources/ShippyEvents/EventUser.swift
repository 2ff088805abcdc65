/// The user that an event tells of. Other publishers leave fields out, so that any may be empty.
package struct EventUser: Hashable, Sendable {
    package var id: String
    package var name: String
    package var company: String
    package var email: String

    package init(id: String, name: String, company: String, email: String) {
        self.id = id
        self.name = name
        self.company = company
        self.email = email
    }
}
