/// The user in an event. Other publishers leave fields out, so any of them may be empty.
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
