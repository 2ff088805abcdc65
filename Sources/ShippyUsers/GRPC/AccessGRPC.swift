package import GRPCCore
package import Logging
package import ShippyAccess
package import ShippyCore
package import ShippyRPC
package import ShippyRPCServer
import SwiftProtobuf

/// `shippy.v1.Access`: who may do what, for shippy's own commands.
package struct AccessGRPC: Shippy_V1_Access.ServiceProtocol, GuardedService {
    package static let operations: MethodOperations = [
        Shippy_V1_Access.Method.LogIn.descriptor: [.logIn],
        Shippy_V1_Access.Method.Refresh.descriptor: [.refresh],
        Shippy_V1_Access.Method.LogOut.descriptor: [.logOut],
        Shippy_V1_Access.Method.ListSessions.descriptor: [.listSessions],
        Shippy_V1_Access.Method.EndSessions.descriptor: [.endSession],
        Shippy_V1_Access.Method.CreateToken.descriptor: [.createToken],
        Shippy_V1_Access.Method.ListTokens.descriptor: [.listTokens],
        Shippy_V1_Access.Method.EndToken.descriptor: [.endToken],
        Shippy_V1_Access.Method.ListKeys.descriptor: [.listKeys],
        Shippy_V1_Access.Method.RotateKeys.descriptor: [.rotateKey],
        Shippy_V1_Access.Method.RevokeKey.descriptor: [.revokeKey],
        Shippy_V1_Access.Method.ListAudit.descriptor: [.readAudit],
        Shippy_V1_Access.Method.MailLink.descriptor: [.mailLink],
        Shippy_V1_Access.Method.RequestLink.descriptor: [.requestLink],
        Shippy_V1_Access.Method.WhoAmI.descriptor: [.readMyself],
    ]

    private let access: @Sendable (Caller) -> any AccessAPI
    private let harness: CallHarness

    /// - Parameter access: what a caller uses.
    package init(gate: AccessGate, access: @escaping @Sendable (Caller) -> any AccessAPI, logger: Logger) {
        self.access = access
        harness = CallHarness(service: "users", Self.operations, gate: gate, logger: logger)
    }

    // MARK: Logging in

    package func logIn(
        request: ServerRequest<Shippy_V1_LogInRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_LoginRecord> {
        try await harness.answer(request, context) { message, call in
            Shippy_V1_LoginRecord(
                try await access(call.caller).logIn(
                    email: message.email, password: message.password, client: message.client, requestID: call.requestID))
        }
    }

    package func refresh(
        request: ServerRequest<Shippy_V1_RefreshRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_LoginRecord> {
        try await harness.answer(request, context) { message, call in
            Shippy_V1_LoginRecord(try await access(call.caller).refresh(message.refreshToken, requestID: call.requestID))
        }
    }

    package func logOut(
        request: ServerRequest<Shippy_V1_LogOutRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_LogOutReply> {
        try await harness.answer(request, context) { message, call in
            try await access(call.caller).logOut(message.refreshToken, requestID: call.requestID)
            return Shippy_V1_LogOutReply()
        }
    }

    // MARK: Links in mails

    package func mailLink(
        request: ServerRequest<Shippy_V1_MailLinkRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_UserRecord> {
        try await harness.answer(request, context, on: { [.user($0.user)] }) { message, call in
            Shippy_V1_UserRecord(
                try await access(call.caller).mailLink(
                    try LinkPurpose(requested: message.purpose), to: message.user, requestID: call.requestID))
        }
    }

    package func requestLink(
        request: ServerRequest<Shippy_V1_RequestLinkRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_RequestLinkReply> {
        try await harness.answer(request, context) { message, call in
            try await access(call.caller).requestLink(
                try LinkPurpose(requested: message.purpose), for: message.email, requestID: call.requestID)
            return Shippy_V1_RequestLinkReply()
        }
    }

    package func whoAmI(
        request: ServerRequest<Shippy_V1_WhoAmIRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_CallerRecord> {
        try await harness.answer(request, context) { _, call in Shippy_V1_CallerRecord(try await access(call.caller).whoAmI()) }
    }

    // MARK: Sessions

    package func listSessions(
        request: ServerRequest<Shippy_V1_ListSessionsRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_ListSessionsReply> {
        try await harness.answer(
            request, context, on: { message in message.user.nonEmpty.map { [.user($0)] } ?? [] }
        ) { message, call in
            let page = try await access(call.caller).sessions(of: message.user.nonEmpty, after: message.after.nonEmpty, limit: Int(message.limit))
            return .with { $0.sessions = page.map(Shippy_V1_SessionRecord.init) }
        }
    }

    package func endSessions(
        request: ServerRequest<Shippy_V1_EndSessionsRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_EndSessionsReply> {
        try await harness.answer(request, context, on: { try $0.targets }) { message, call in
            if let user = message.user.nonEmpty {
                let count = try await access(call.caller).endSessions(of: user, requestID: call.requestID)
                return .with { $0.count = Int64(count) }
            }
            let ended = try await access(call.caller).endSessions(message.ids, requestID: call.requestID)
            return .with {
                $0.ids = ended
                $0.count = Int64(ended.count)
            }
        }
    }

    // MARK: Tokens for programs

    package func createToken(
        request: ServerRequest<Shippy_V1_CreateTokenRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_CreateTokenReply> {
        try await harness.answer(request, context) { message, call in
            let created = try await access(call.caller).createToken(
                name: message.name, role: try AccessRole(requested: message.role), lifetime: try message.lifetime, requestID: call.requestID)
            return .with {
                $0.token = Shippy_V1_TokenRecord(created.token)
                $0.text = created.text
            }
        }
    }

    package func listTokens(
        request: ServerRequest<Shippy_V1_ListTokensRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_ListTokensReply> {
        try await harness.answer(request, context) { message, call in
            let page = try await access(call.caller).tokens(after: message.after.nonEmpty, limit: Int(message.limit))
            return .with { $0.tokens = page.map(Shippy_V1_TokenRecord.init) }
        }
    }

    package func endToken(
        request: ServerRequest<Shippy_V1_EndTokenRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_EndTokenReply> {
        try await harness.answer(request, context) { message, call in
            try await access(call.caller).endToken(message.id, requestID: call.requestID)
            return Shippy_V1_EndTokenReply()
        }
    }

    // MARK: Keys

    package func listKeys(
        request: ServerRequest<Shippy_V1_ListKeysRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_ListKeysReply> {
        try await harness.answer(request, context) { _, call in
            Shippy_V1_ListKeysReply(try await access(call.caller).signingKeys())
        }
    }

    package func rotateKeys(
        request: ServerRequest<Shippy_V1_RotateKeysRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_ListKeysReply> {
        try await harness.answer(request, context) { _, call in
            Shippy_V1_ListKeysReply(try await access(call.caller).rotateKeys(requestID: call.requestID))
        }
    }

    package func revokeKey(
        request: ServerRequest<Shippy_V1_RevokeKeyRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_ListKeysReply> {
        try await harness.answer(request, context) { message, call in
            Shippy_V1_ListKeysReply(try await access(call.caller).revokeKey(message.id, requestID: call.requestID))
        }
    }

    // MARK: Audit

    package func listAudit(
        request: ServerRequest<Shippy_V1_ListAuditRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_ListAuditReply> {
        try await harness.answer(request, context) { message, call in
            let page = try await access(call.caller).auditEntries(message.filter, message.page, limit: Int(message.limit))
            return .with { $0.entries = page.map(Shippy_V1_AuditRecord.init) }
        }
    }
}

extension String {
    /// Nil for an empty text, which is how a message says that there is none.
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}

extension Shippy_V1_EndSessionsRequest {
    /// - Throws: ``ShippyError`` `.malformed` unless it names either sessions or one user.
    fileprivate var targets: [CallTarget] {
        get throws {
            guard ids.isEmpty != user.isEmpty else { throw ShippyError(.malformed, "name either sessions or one user") }
            return user.nonEmpty.map { [.user($0)] } ?? ids.map { .session($0) }
        }
    }
}

extension Shippy_V1_CreateTokenRequest {
    /// - Throws: ``ShippyError`` `.invalid` for a token that would never be valid, or for longer than a time can tell.
    fileprivate var lifetime: Duration? {
        get throws {
            guard hasLifetimeSeconds else { return nil }
            guard (1...Self.longestLifetime).contains(lifetimeSeconds) else {
                throw ShippyError(
                    .invalid, "lifetime \(lifetimeSeconds) s is out of range: use 1 to \(Self.longestLifetime)", field: "lifetime_seconds")
            }
            return .seconds(lifetimeSeconds)
        }
    }

    /// A hundred years, in seconds.
    private static var longestLifetime: Int64 { 100 * 366 * 86_400 }
}

extension Shippy_V1_ListKeysReply {
    fileprivate init(_ keys: [SigningKeyStatus]) {
        self.init()
        self.keys = keys.map(Shippy_V1_KeyRecord.init)
    }
}
