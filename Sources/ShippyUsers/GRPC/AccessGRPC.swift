package import GRPCCore
package import Logging
package import ShippyAccess
package import ShippyCore
package import ShippyRPC
import ShippyRPCServer
import SwiftProtobuf

/// `shippy.v1.Access`: who may do what, for shippy's own commands.
package struct AccessGRPC: Shippy_V1_Access.ServiceProtocol {
    private let access: @Sendable (Caller) -> any AccessAPI
    private let target: @Sendable (CallTarget) async throws -> AccessRules.Target?
    private let gate: AccessGate
    private let harness: CallHarness

    /// - Parameters:
    ///   - access: what a caller uses.
    ///   - target: finds the user whose sessions a call is about; nil if there is no such user.
    package init(
        gate: AccessGate, access: @escaping @Sendable (Caller) -> any AccessAPI,
        target: @escaping @Sendable (CallTarget) async throws -> AccessRules.Target?, logger: Logger
    ) {
        self.gate = gate
        self.access = access
        self.target = target
        harness = CallHarness(service: "users", gate: gate, logger: logger)
    }

    // MARK: Logging in

    package func logIn(
        request: ServerRequest<Shippy_V1_LogInRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_LoginRecord> {
        try await harness.answer("shippy.v1.Access/LogIn", .logIn, request, context) { message, call in
            Shippy_V1_LoginRecord(
                try await access(call.caller).logIn(
                    email: message.email, password: message.password, client: message.client, requestID: call.requestID))
        }
    }

    package func refresh(
        request: ServerRequest<Shippy_V1_RefreshRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_LoginRecord> {
        try await harness.answer("shippy.v1.Access/Refresh", .refresh, request, context) { message, call in
            Shippy_V1_LoginRecord(try await access(call.caller).refresh(message.refreshToken, requestID: call.requestID))
        }
    }

    package func logOut(
        request: ServerRequest<Shippy_V1_LogOutRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_LogOutReply> {
        try await harness.answer("shippy.v1.Access/LogOut", .logOut, request, context) { message, call in
            try await access(call.caller).logOut(message.refreshToken, requestID: call.requestID)
            return Shippy_V1_LogOutReply()
        }
    }

    // MARK: Sessions

    package func listSessions(
        request: ServerRequest<Shippy_V1_ListSessionsRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_ListSessionsReply> {
        try await harness.answer(
            "shippy.v1.Access/ListSessions", .listSessions, request, context,
            on: { message in if let user = message.user.nonEmpty { try await target(.user(user)) } else { nil } }
        ) { message, call in
            let page = try await access(call.caller).sessions(of: message.user.nonEmpty, after: message.after.nonEmpty, limit: Int(message.limit))
            return .with { $0.sessions = page.map(Shippy_V1_SessionRecord.init) }
        }
    }

    package func endSessions(
        request: ServerRequest<Shippy_V1_EndSessionsRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_EndSessionsReply> {
        try await harness.answer("shippy.v1.Access/EndSessions", .readMyself, request, context) { message, call in
            guard message.ids.isEmpty != message.user.isEmpty else {
                throw ShippyError(.malformed, "name either sessions or one user")
            }
            let holders = message.user.nonEmpty.map { [CallTarget.user($0)] } ?? message.ids.map { .session($0) }
            for holder in holders { try gate.rules.check(.endSession, by: call.caller, on: try await target(holder) ?? .missing) }
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
        try await harness.answer("shippy.v1.Access/CreateToken", .createToken, request, context) { message, call in
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
        try await harness.answer("shippy.v1.Access/ListTokens", .listTokens, request, context) { message, call in
            let page = try await access(call.caller).tokens(after: message.after.nonEmpty, limit: Int(message.limit))
            return .with { $0.tokens = page.map(Shippy_V1_TokenRecord.init) }
        }
    }

    package func endToken(
        request: ServerRequest<Shippy_V1_EndTokenRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_EndTokenReply> {
        try await harness.answer("shippy.v1.Access/EndToken", .endToken, request, context) { message, call in
            try await access(call.caller).endToken(message.id, requestID: call.requestID)
            return Shippy_V1_EndTokenReply()
        }
    }

    // MARK: Keys

    package func listKeys(
        request: ServerRequest<Shippy_V1_ListKeysRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_ListKeysReply> {
        try await harness.answer("shippy.v1.Access/ListKeys", .listKeys, request, context) { _, call in
            Shippy_V1_ListKeysReply(try await access(call.caller).signingKeys())
        }
    }

    package func rotateKeys(
        request: ServerRequest<Shippy_V1_RotateKeysRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_ListKeysReply> {
        try await harness.answer("shippy.v1.Access/RotateKeys", .rotateKey, request, context) { _, call in
            Shippy_V1_ListKeysReply(try await access(call.caller).rotateKeys(requestID: call.requestID))
        }
    }

    package func revokeKey(
        request: ServerRequest<Shippy_V1_RevokeKeyRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_ListKeysReply> {
        try await harness.answer("shippy.v1.Access/RevokeKey", .revokeKey, request, context) { message, call in
            Shippy_V1_ListKeysReply(try await access(call.caller).revokeKey(message.id, requestID: call.requestID))
        }
    }

    // MARK: Audit

    package func listAudit(
        request: ServerRequest<Shippy_V1_ListAuditRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_ListAuditReply> {
        try await harness.answer("shippy.v1.Access/ListAudit", .readAudit, request, context) { message, call in
            let page = try await access(call.caller).auditEntries(message.filter, after: message.after.nonEmpty, limit: Int(message.limit))
            return .with { $0.entries = page.map(Shippy_V1_AuditRecord.init) }
        }
    }
}

extension String {
    /// Nil for an empty text, which is how a message says that there is none.
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
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
