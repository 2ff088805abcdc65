import ShippyCore

/// What a command proves with who calls.
enum CommandCredential: Sendable {
    /// A token that was given to the command.
    case given(token: String, source: String)
    case login(StoredLogin)
    /// A token made with the installation's own secret.
    case owner(token: String)

    var token: String {
        switch self {
        case .given(let token, _), .owner(let token): token
        case .login(let login): login.accessToken
        }
    }
}
