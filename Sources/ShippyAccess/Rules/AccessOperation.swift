/// Everything that a caller can ask for, on HTTP and gRPC. Each route and each method is one of these: see ``AccessRules``.
package enum AccessOperation: String, CaseIterable, Sendable {
    // MARK: The tutorials' methods

    /// `Create` of the user service, and `POST /create`.
    case tutorialCreate = "tutorial.create"
    /// `Get`
    case tutorialGet = "tutorial.get"
    /// `GetAll`
    case tutorialGetAll = "tutorial.get-all"
    /// `Auth`
    case tutorialAuth = "tutorial.auth"
    /// `ValidateToken`: whoever asks shows the token.
    case tutorialValidateToken = "tutorial.validate-token"
    /// `SendEmail` of the notificator.
    case tutorialSendEmail = "tutorial.send-email"

    // MARK: Users

    /// Creates a user in the role user.
    case signUp = "user.create"
    /// Creates users in bulk, with passwords hashed elsewhere or without a mail.
    case importUsers = "user.import"
    case getUser = "user.get"
    case listUsers = "user.list"
    /// Changes the name, the company or the e-mail address.
    case updateUser = "user.update"
    case setPassword = "user.set-password"
    case disableUser = "user.disable"
    case enableUser = "user.enable"
    case deleteUser = "user.delete"
    case setRole = "user.set-role"
    /// Mails a user a link to set a password or to confirm the address.
    case mailLink = "user.mail-link"

    // MARK: Logging in

    case logIn = "auth.login"
    /// The refresh token is the credential.
    case refresh = "auth.refresh"
    /// The refresh token is the credential.
    case logOut = "auth.logout"
    /// Reads who the caller is.
    case readMyself = "auth.me"
    /// Sets the caller's own password, with the present one.
    case changeOwnPassword = "auth.password"
    /// Confirms an address with the token of a mail.
    case confirmAddress = "auth.confirm-address"
    /// Asks for a mail with such a token, for an address.
    case requestLink = "auth.request-link"
    /// Sets a password with the token of a mail.
    case resetPassword = "auth.reset-password"

    // MARK: Who may do what

    case listSessions = "session.list"
    case endSession = "session.end"
    case createToken = "token.create"
    case listTokens = "token.list"
    case endToken = "token.end"
    case listKeys = "key.list"
    case rotateKey = "key.rotate"
    case revokeKey = "key.revoke"
    /// The public keys.
    case readPublicKeys = "key.public"
    case readAudit = "audit.read"

    // MARK: The services themselves

    case readLiveness = "ops.live"
    case readReadiness = "ops.ready"
    case readMetrics = "ops.metrics"
    /// Whether the process is ready, without the reasons: the health service of gRPC.
    case checkHealth = "ops.health"
    /// Reads the description of the interface over HTTP.
    case readInterface = "ops.interface"
}
