import ShippyCore

/// Who may do what, by registered instances or by this process.
///
/// Calls that begin or end something are made once: made again, they would begin another, or not find what they ended. A logout may be made
/// again: a session that has ended stays so.
struct FallbackAccess: AccessAPI {
    let service: Fallback<any AccessAPI>

    func logIn(email: String, password: String, client: String, requestID: String) async throws -> Login {
        try await service.callOnce { try await $0.logIn(email: email, password: password, client: client, requestID: requestID) }
    }

    func refresh(_ refreshToken: String, requestID: String) async throws -> Login {
        try await service.call { try await $0.refresh(refreshToken, requestID: requestID) }
    }

    func logOut(_ refreshToken: String, requestID: String) async throws {
        try await service.call { try await $0.logOut(refreshToken, requestID: requestID) }
    }

    func requestLink(_ purpose: LinkPurpose, for email: String, requestID: String) async throws {
        try await service.callOnce(causesWork: true) { try await $0.requestLink(purpose, for: email, requestID: requestID) }
    }

    func mailLink(_ purpose: LinkPurpose, to user: String, requestID: String) async throws -> User {
        try await service.callOnce(causesWork: true) { try await $0.mailLink(purpose, to: user, requestID: requestID) }
    }

    func whoAmI() async throws -> CallerStatus {
        try await service.call { try await $0.whoAmI() }
    }

    func sessions(of user: String?, after cursor: String?, limit: Int) async throws -> [ListedSession] {
        try await service.call { try await $0.sessions(of: user, after: cursor, limit: limit) }
    }

    func endSessions(_ ids: [String], requestID: String) async throws -> [String] {
        try await service.callOnce { try await $0.endSessions(ids, requestID: requestID) }
    }

    func endSessions(of user: String, requestID: String) async throws -> Int {
        try await service.callOnce { try await $0.endSessions(of: user, requestID: requestID) }
    }

    func createToken(name: String, role: AccessRole, lifetime: Duration?, requestID: String) async throws -> CreatedToken {
        try await service.callOnce { try await $0.createToken(name: name, role: role, lifetime: lifetime, requestID: requestID) }
    }

    func tokens(after cursor: String?, limit: Int) async throws -> [APIToken] {
        try await service.call { try await $0.tokens(after: cursor, limit: limit) }
    }

    func endToken(_ id: String, requestID: String) async throws {
        try await service.callOnce { try await $0.endToken(id, requestID: requestID) }
    }

    func signingKeys() async throws -> [SigningKeyStatus] {
        try await service.call { try await $0.signingKeys() }
    }

    func rotateKeys(requestID: String) async throws -> [SigningKeyStatus] {
        try await service.callOnce { try await $0.rotateKeys(requestID: requestID) }
    }

    func revokeKey(_ id: String, requestID: String) async throws -> [SigningKeyStatus] {
        try await service.callOnce { try await $0.revokeKey(id, requestID: requestID) }
    }

    func auditEntries(_ filter: AuditFilter, _ page: AuditPage, limit: Int) async throws -> [AuditEntry] {
        try await service.call { try await $0.auditEntries(filter, page, limit: limit) }
    }
}
