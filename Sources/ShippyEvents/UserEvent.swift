package import ShippyCore

/// What happens to a user after the creation, and is published.
package enum UserEvent: CaseIterable, Sendable {
    case updated, disabled, enabled, deleted, loggedIn

    package var subject: Subject {
        switch self {
        case .updated: .userUpdated
        case .disabled: .userDisabled
        case .enabled: .userEnabled
        case .deleted: .userDeleted
        case .loggedIn: .userLoggedIn
        }
    }
}
