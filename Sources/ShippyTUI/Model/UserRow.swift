package import ShippyCore

/// A user in the list of users.
package struct UserRow: FeedRow {
    package typealias Column = UserColumn

    package enum State: String, Sendable {
        case active, disabled
    }

    package var user: User
    /// nil if it is not known.
    package var state: State?
    package var role: String?
    package var changedAt = -Double.infinity

    package init(_ user: User, state: State? = nil, role: String? = nil) {
        self.user = user
        self.state = state
        self.role = role
    }

    package init(_ record: UserRecord) {
        let state: State? =
            switch record.state {
            case .active?: .active
            case .disabled?: .disabled
            case nil: nil
            }
        self.init(record.user, state: state, role: record.role?.rawValue)
    }

    package var id: String { user.id }
    package var name: String { user.email.description }
    package var isProblem: Bool { state == .disabled }

    package func forEachSearchLine(_ body: (String, String?) -> Void) {
        for text in [user.email.description, user.name, user.company, user.id] { body(text, nil) }
    }

    package func field(_ name: String) -> String? {
        switch name {
        case "id": user.id
        case "email": user.email.description
        case "name": user.name
        case "company": user.company
        case "state": state?.rawValue
        case "role": role
        default: nil
        }
    }

    /// Newest first.
    package func comesBefore(_ other: UserRow) -> Bool { user.id > other.user.id }

    package func differs(from earlier: UserRow) -> Bool { user != earlier.user || state != earlier.state || role != earlier.role }

    package func details(_ look: Look) -> [DetailField] {
        [
            DetailField("email", user.email.description), DetailField("name", user.name), DetailField("company", user.company),
            DetailField("state", state?.rawValue ?? "", style), DetailField("role", role ?? ""), DetailField("id", user.id),
            DetailField("created", look.time(user.createdAt)),
        ]
    }

    var style: TextStyle {
        switch state {
        case .active, nil: TextStyle(color: .green)
        case .disabled: .warning
        }
    }

    func symbol(_ capabilities: Capabilities) -> String {
        switch state {
        case .active: capabilities.isUnicode ? "✓" : "+"
        case .disabled: "!"
        case nil: " "
        }
    }
}
