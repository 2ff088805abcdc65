package import ShippyAccess
package import ShippyCore

/// Logins, sessions, tokens, keys and audit as one caller uses them. It checks nobody's role: the caller has been admitted, or is the
/// owner.
package struct AccessCaller: AccessAPI {
    private let access: AccessService
    private let users: UsersService
    private let caller: Caller

    package init(_ access: AccessService, users: UsersService, caller: Caller) {
        self.access = access
        self.users = users
        self.caller = caller
    }

    package func logIn(email: String, password: String, client: String, requestID: String) async throws -> Login {
        try await access.logIn(email: email, password: password, client: client, by: caller, requestID: requestID)
    }

    package func refresh(_ refreshToken: String, requestID: String) async throws -> Login {
        try await access.refresh(refreshToken, by: caller, requestID: requestID)
    }

    package func logOut(_ refreshToken: String, requestID: String) async throws {
        try await access.logOut(refreshToken, by: caller, requestID: requestID)
    }

    package func requestLink(_ purpose: LinkPurpose, for email: String, requestID: String) async throws {
        try await access.links.request(purpose, for: email, by: caller, requestID: requestID)
    }

    package func mailLink(_ purpose: LinkPurpose, to user: String, requestID: String) async throws -> User {
        try await access.links.mail(purpose, toUser: users.user(user).id, by: caller, requestID: requestID)
    }

    package func whoAmI() async throws -> CallerStatus {
        guard let role = caller.role else { throw ShippyError.missingToken }
        var status = CallerStatus(actor: caller.actor, role: role)
        switch caller.identity {
        case .user(let id, let session):
            status.name = try await users.user(id).user.email.description
            status.expiresAt = try await access.session(session)?.expiresAt
        case .token(let id):
            let token = try await access.token(id)
            status.name = token?.name ?? ""
            status.expiresAt = token?.expiresAt
        case .anonymous, .certificate, .owner, .service: break
        }
        return status
    }

    package func sessions(of user: String?, after cursor: String?, limit: Int) async throws -> [ListedSession] {
        var id: String?
        if let user { id = try await users.user(user).id }
        return try await access.sessions(of: id, after: cursor, limit: limit)
    }

    package func endSessions(_ ids: [String], requestID: String) async throws -> [String] {
        try await access.endSessions(ids, by: caller, requestID: requestID)
    }

    package func endSessions(of user: String, requestID: String) async throws -> Int {
        try await access.endSessions(ofUser: users.user(user).id, by: caller, requestID: requestID)
    }

    package func createToken(name: String, role: AccessRole, lifetime: Duration?, requestID: String) async throws -> CreatedToken {
        try await access.createToken(name: name, role: role, lifetime: lifetime, by: caller, requestID: requestID)
    }

    package func tokens(after cursor: String?, limit: Int) async throws -> [APIToken] {
        try await access.tokens(after: cursor, limit: limit)
    }

    package func endToken(_ id: String, requestID: String) async throws {
        try await access.endToken(id, by: caller, requestID: requestID)
    }

    package func signingKeys() async throws -> [SigningKeyStatus] { try await access.signingKeys() }

    package func rotateKeys(requestID: String) async throws -> [SigningKeyStatus] {
        try await access.rotateKeys(by: caller, requestID: requestID)
    }

    package func revokeKey(_ id: String, requestID: String) async throws -> [SigningKeyStatus] {
        try await access.revokeKey(id, by: caller, requestID: requestID)
    }

    package func auditEntries(_ filter: AuditFilter, _ page: AuditPage, limit: Int) async throws -> [AuditEntry] {
        try await access.auditEntries(filter, page, limit: limit)
    }
}
