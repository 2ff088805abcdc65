/// Whether a user may log in.
package enum UserState: String, CaseIterable, Sendable {
    case active
    /// Their sessions have ended, and they cannot log in until they are enabled again.
    case disabled

    package init(isDisabled: Bool) { self = isDisabled ? .disabled : .active }
}
