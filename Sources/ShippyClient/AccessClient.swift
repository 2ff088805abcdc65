import GRPCCore
package import ShippyCore
package import ShippyDiscovery
import ShippyRPC
import ShippyRPCClient
import SwiftProtobuf

/// Who may do what, over gRPC, on any live instance of the users service.
package final class AccessClient: AccessAPI {
    private typealias Client = Shippy_V1_Access.Client<ClientPool.Transport>

    /// The most sessions that one message names.
    private static let sessionsPerCall = 500

    private let caller: ServiceCaller

    package init(balancer: Balancer, connections: Connections, credentials: CallCredentials) {
        caller = ServiceCaller(service: "users", balancer: balancer, connections: connections, credentials: credentials)
    }

    // MARK: Logging in

    // These calls need no credential, because they get or end one.

    package func logIn(email: String, password: String, client: String, requestID: String) async throws -> Login {
        let request = Shippy_V1_LogInRequest.with {
            $0.email = email
            $0.password = password
            $0.client = client
        }
        // Each call begins a session, and hashing a password may have to wait for others.
        return try whole(
            try await caller.call(timeout: .seconds(20), isSafeToRepeat: false, secret: .message, requestID: requestID) {
                try await Client(wrapping: $0).logIn(request, metadata: $1, options: $2)
            })
    }

    package func refresh(_ refreshToken: String, requestID: String) async throws -> Login {
        try whole(
            try await caller.call(secret: .message, requestID: requestID) {
                try await Client(wrapping: $0).refresh(.with { $0.refreshToken = refreshToken }, metadata: $1, options: $2)
            })
    }

    package func logOut(_ refreshToken: String, requestID: String) async throws {
        _ = try await caller.call(secret: .message, requestID: requestID) {
            try await Client(wrapping: $0).logOut(.with { $0.refreshToken = refreshToken }, metadata: $1, options: $2)
        }
    }

    private func whole(_ record: Shippy_V1_LoginRecord) throws -> Login {
        guard let login = record.login else { throw caller.incomplete("a login without all its parts") }
        return login
    }

    // MARK: Links in mails

    package func requestLink(_ purpose: LinkPurpose, for email: String, requestID: String) async throws {
        let request = Shippy_V1_RequestLinkRequest.with {
            $0.email = email
            $0.purpose = purpose.template.rawValue
        }
        // Each call mails one. It needs no credential, and who asks for what is nobody else's business.
        _ = try await caller.call(isSafeToRepeat: false, secret: .message, requestID: requestID) {
            try await Client(wrapping: $0).requestLink(request, metadata: $1, options: $2)
        }
    }

    package func mailLink(_ purpose: LinkPurpose, to user: String, requestID: String) async throws -> User {
        let request = Shippy_V1_MailLinkRequest.with {
            $0.user = user
            $0.purpose = purpose.template.rawValue
        }
        let record = try await caller.call(isSafeToRepeat: false, requestID: requestID) {
            try await Client(wrapping: $0).mailLink(request, metadata: $1, options: $2)
        }
        guard !record.id.isEmpty else { throw caller.incomplete("no user") }
        return record.user
    }

    package func whoAmI() async throws -> CallerStatus {
        let record = try await caller.call { try await Client(wrapping: $0).whoAmI(Shippy_V1_WhoAmIRequest(), metadata: $1, options: $2) }
        guard let status = record.caller else { throw caller.incomplete("a caller without a role") }
        return status
    }

    // MARK: Sessions

    package func sessions(of user: String?, after cursor: String?, limit: Int) async throws -> [ListedSession] {
        let request = Shippy_V1_ListSessionsRequest.with {
            $0.user = user ?? ""
            $0.after = cursor ?? ""
            $0.limit = Int32(clamping: limit)
        }
        return try await caller.call { try await Client(wrapping: $0).listSessions(request, metadata: $1, options: $2) }.sessions.map(\.session)
    }

    package func endSessions(_ ids: [String], requestID: String) async throws -> [String] {
        var ended: [String] = []
        for start in stride(from: 0, to: ids.count, by: Self.sessionsPerCall) {
            let part = Array(ids[start..<min(start + Self.sessionsPerCall, ids.count)])
            // A second request would not tell which had not ended before the first.
            ended += try await caller.call(isSafeToRepeat: false, requestID: requestID) {
                try await Client(wrapping: $0).endSessions(.with { $0.ids = part }, metadata: $1, options: $2)
            }.ids
        }
        return ended
    }

    package func endSessions(of user: String, requestID: String) async throws -> Int {
        let reply = try await caller.call(isSafeToRepeat: false, requestID: requestID) {
            try await Client(wrapping: $0).endSessions(.with { $0.user = user }, metadata: $1, options: $2)
        }
        return Int(clamping: reply.count)
    }

    // MARK: Tokens for programs

    package func createToken(name: String, role: AccessRole, lifetime: Duration?, requestID: String) async throws -> CreatedToken {
        let request = Shippy_V1_CreateTokenRequest.with {
            $0.name = name
            $0.role = role.rawValue
            if let lifetime { $0.lifetimeSeconds = lifetime.components.seconds }
        }
        // Each call creates one.
        let reply = try await caller.call(isSafeToRepeat: false, secret: .credentialAndMessage, requestID: requestID) {
            try await Client(wrapping: $0).createToken(request, metadata: $1, options: $2)
        }
        guard let token = reply.token.token, !reply.text.isEmpty else { throw caller.incomplete("no token") }
        return CreatedToken(token: token, text: reply.text)
    }

    package func tokens(after cursor: String?, limit: Int) async throws -> [APIToken] {
        let request = Shippy_V1_ListTokensRequest.with {
            $0.after = cursor ?? ""
            $0.limit = Int32(clamping: limit)
        }
        return try await caller.call { try await Client(wrapping: $0).listTokens(request, metadata: $1, options: $2) }.tokens.map { record in
            guard let token = record.token else { throw caller.incomplete("a token of an unknown role") }
            return token
        }
    }

    package func endToken(_ id: String, requestID: String) async throws {
        _ = try await caller.call(isSafeToRepeat: false, requestID: requestID) {
            try await Client(wrapping: $0).endToken(.with { $0.id = id }, metadata: $1, options: $2)
        }
    }

    // MARK: Keys

    package func signingKeys() async throws -> [SigningKeyStatus] {
        try keys(try await caller.call { try await Client(wrapping: $0).listKeys(Shippy_V1_ListKeysRequest(), metadata: $1, options: $2) })
    }

    package func rotateKeys(requestID: String) async throws -> [SigningKeyStatus] {
        try keys(
            try await caller.call(isSafeToRepeat: false, requestID: requestID) {
                try await Client(wrapping: $0).rotateKeys(Shippy_V1_RotateKeysRequest(), metadata: $1, options: $2)
            })
    }

    package func revokeKey(_ id: String, requestID: String) async throws -> [SigningKeyStatus] {
        try keys(
            try await caller.call(isSafeToRepeat: false, requestID: requestID) {
                try await Client(wrapping: $0).revokeKey(.with { $0.id = id }, metadata: $1, options: $2)
            })
    }

    private func keys(_ reply: Shippy_V1_ListKeysReply) throws -> [SigningKeyStatus] {
        try reply.keys.map { record in
            guard let key = record.key else { throw caller.incomplete("a key in an unknown state") }
            return key
        }
    }

    // MARK: Audit

    package func auditEntries(_ filter: AuditFilter, _ page: AuditPage, limit: Int) async throws -> [AuditEntry] {
        let request = Shippy_V1_ListAuditRequest(filter, page, limit: limit)
        return try await caller.call { try await Client(wrapping: $0).listAudit(request, metadata: $1, options: $2) }.entries.map(\.entry)
    }
}
