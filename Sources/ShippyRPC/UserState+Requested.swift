package import ShippyCore

extension UserState {
    /// - Throws: ``ShippyError`` `.invalid` for a state that is not known here.
    package init(requested text: String) throws {
        guard let state = UserState(rawValue: text) else {
            throw ShippyError(.invalid, "\(text.quoted(limit: 40)) is not a state: use active or disabled", field: "state")
        }
        self = state
    }
}
