import ShippyCore

extension AccessOperation {
    /// What the audit log calls it.
    var auditAction: AuditAction {
        switch self {
        case .tutorialCreate, .signUp: .createUser
        case .importUsers: .importUsers
        case .tutorialGet, .getUser, .readMyself: .getUser
        case .tutorialGetAll, .listUsers: .listUsers
        case .updateUser: .updateUser
        case .setPassword, .changeOwnPassword: .setPassword
        case .disableUser: .disableUser
        case .enableUser: .enableUser
        case .deleteUser: .deleteUser
        case .setRole: .setRole
        case .tutorialAuth, .tutorialValidateToken, .logIn, .refresh: .logIn
        case .logOut: .logOut
        case .confirmAddress: .confirmAddress
        case .requestLink, .mailLink: .mailLink
        case .resetPassword: .resetPassword
        case .listSessions: .listSessions
        case .endSession: .revokeSession
        case .createToken: .createToken
        case .listTokens: .listTokens
        case .endToken: .revokeToken
        case .listKeys, .readPublicKeys: .listKeys
        case .rotateKey: .rotateKeys
        case .revokeKey: .revokeKey
        case .tutorialSendEmail: .sendMail
        case .readAudit: .readAudit
        case .readLiveness, .checkHealth, .readInterface, .readReadiness: .readReadiness
        case .readMetrics: .readMetrics
        }
    }
}
