package import ShippyCore

/// Which call wants which caller: the one table, for HTTP and gRPC.
package struct AccessRules: Hashable, Sendable {
    package enum Mode: String, CaseIterable, Sendable {
        /// For listeners that only this machine reaches, or with `--allow-insecure`. The tutorials' methods, health and metrics need no token,
        /// nor does sign-up unless it is closed.
        case local
        /// Others reach them, too.
        case token
    }

    package enum SignUp: String, CaseIterable, Sendable {
        /// Everybody may create a user for themselves.
        case open
        /// An operator creates users.
        case closed
    }

    /// The user whom an operation is about.
    package struct Target: Hashable, Sendable {
        package var userID: String
        /// The user's role; nil if it is not known.
        package var role: AccessRole?

        package init(userID: String, role: AccessRole? = nil) {
            self.userID = userID
            self.role = role
        }

        /// Nobody, in the smallest role: whoever may do it to the least of users learns that there is no such user, and others do not.
        package static let missing = Target(userID: "", role: .user)
    }

    package let mode: Mode
    package let signUp: SignUp

    package init(mode: Mode, signUp: SignUp) {
        self.mode = mode
        self.signUp = signUp
    }

    package func requirement(of operation: AccessOperation) -> Requirement {
        let isLocal = mode == .local
        return switch operation {
        case .tutorialCreate, .signUp: signUp == .open ? .nothing : .role(.operator)
        case .tutorialGet: isLocal ? .nothing : .oneselfOr(.reader)
        case .tutorialGetAll: isLocal ? .nothing : .role(.reader)
        case .tutorialSendEmail: isLocal ? .nothing : .role(.operator)
        case .tutorialAuth, .tutorialValidateToken: .nothing

        case .getUser: .oneselfOr(.reader)
        case .listUsers: .role(.reader)
        // A link goes to the user's own address: to mail one to an administrator gains nothing.
        case .updateUser, .setPassword, .mailLink: .oneselfOr(.operator)
        case .importUsers, .disableUser, .enableUser, .deleteUser: .role(.operator)
        case .setRole: .role(.admin)

        case .logIn, .refresh, .logOut, .confirmAddress, .requestLink, .resetPassword: .nothing
        case .readMyself, .changeOwnPassword: .token

        case .listSessions: .oneselfOr(.reader)
        case .endSession: .oneselfOr(.operator)
        case .listTokens, .listKeys, .readAudit: .role(.reader)
        case .createToken, .endToken, .rotateKey, .revokeKey: .role(.admin)
        case .readPublicKeys: .nothing

        case .readLiveness, .checkHealth, .readInterface: .nothing
        case .readReadiness, .readMetrics: isLocal ? .nothing : .role(.reader)
        }
    }

    /// Whether an operation changes a user, so that a caller must not have a smaller role than that user: who can change an admin's
    /// address or password can become one.
    package static func changesUser(_ operation: AccessOperation) -> Bool {
        switch operation {
        case .updateUser, .setPassword, .disableUser, .enableUser, .deleteUser, .setRole, .endSession: true
        default: false
        }
    }

    /// Returns if the caller may.
    ///
    /// A user who is the target may change themselves. Anybody else needs the operation's role and, to change a user, one that is not smaller
    /// than that user's. A target whose role is not known counts as an admin.
    ///
    /// - Parameter target: nil for an operation that is not about one user.
    /// - Throws: ``ShippyError`` `.unauthenticated` for an anonymous caller, `.forbidden` naming the role that is needed.
    package func check(_ operation: AccessOperation, by caller: Caller, on target: Target? = nil) throws(ShippyError) {
        let least: AccessRole
        switch requirement(of: operation) {
        case .nothing: return
        case .token:
            guard caller.role != nil else { throw .missingToken }
            return
        case .oneselfOr(let role):
            if case .user(let id, _) = caller.identity, caller.role != nil, id == target?.userID { return }
            least = role
        case .role(let role): least = role
        }
        guard let role = caller.role else { throw .missingToken }
        guard role >= least else { throw Self.forbidden(least, role) }
        if Self.changesUser(operation) {
            let needed = target?.role ?? .admin
            guard role >= needed else { throw Self.forbidden(needed, role) }
        }
    }

    /// Refuses a caller who changes a user of a larger role, or, below an operator, anybody but themselves. For the moment of the change:
    /// the user may have got another role since the call was admitted.
    ///
    /// - Throws: as ``check(_:by:on:)``.
    package static func checkRank(of caller: Caller, over account: Account) throws(ShippyError) {
        if case .user(let id, _) = caller.identity, id == account.user.id { return }
        guard let role = caller.role else { throw .missingToken }
        let least = max(.operator, account.role)
        guard least <= role else { throw forbidden(least, role) }
    }

    private static func forbidden(_ needed: AccessRole, _ role: AccessRole) -> ShippyError {
        ShippyError(.forbidden, "this needs the role \(needed.rawValue), and yours is \(role.rawValue): ask an admin, or use another token")
    }
}
