package import GRPCCore
package import Logging
package import ShippyAccess
package import ShippyCore
package import ShippyRPC
import ShippyRPCServer
import SwiftProtobuf

/// `shippy.v1.Users`: the service for shippy's own commands.
package struct UsersGRPC: Shippy_V1_Users.ServiceProtocol {
    private let users: @Sendable (Caller) -> any UsersAPI
    private let target: @Sendable (CallTarget) async throws -> AccessRules.Target?
    private let harness: CallHarness

    /// - Parameters:
    ///   - users: the service as a caller uses it.
    ///   - target: finds the user whom a call is about; nil if there is no such user.
    package init(
        gate: AccessGate, users: @escaping @Sendable (Caller) -> any UsersAPI,
        target: @escaping @Sendable (CallTarget) async throws -> AccessRules.Target?, logger: Logger
    ) {
        self.users = users
        self.target = target
        harness = CallHarness(service: "users", gate: gate, logger: logger)
    }

    package func create(
        request: ServerRequest<Shippy_V1_CreateRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_CreateReply> {
        let operation: AccessOperation = request.message.isSignUp ? .signUp : .importUsers
        return try await harness.answer("shippy.v1.Users/Create", operation, request, context) { message, call in
            let outcomes = try await users(call.caller).create(message.users.map(CreateUser.init), requestID: call.requestID)
            return .with { $0.outcomes = outcomes.map(Shippy_V1_Outcome.init) }
        }
    }

    package func get(request: ServerRequest<Shippy_V1_GetRequest>, context: ServerContext) async throws -> ServerResponse<Shippy_V1_UserRecord> {
        try await harness.answer(
            "shippy.v1.Users/Get", .getUser, request, context, on: { try await target(.user($0.idOrEmail)) }
        ) { message, call in
            Shippy_V1_UserRecord(try await users(call.caller).user(message.idOrEmail))
        }
    }

    package func list(request: ServerRequest<Shippy_V1_ListRequest>, context: ServerContext) async throws -> ServerResponse<Shippy_V1_ListReply> {
        try await harness.answer("shippy.v1.Users/List", .listUsers, request, context) { message, call in
            let page = try await users(call.caller).users(after: message.after.isEmpty ? nil : message.after, limit: Int(message.limit))
            return .with { $0.users = page.map(Shippy_V1_UserRecord.init) }
        }
    }

    package func change(
        request: ServerRequest<Shippy_V1_ChangeRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_UserRecord> {
        try await harness.answer(
            "shippy.v1.Users/Change", request.message.operation, request, context, on: { try await target(.user($0.idOrEmail)) }
        ) { message, call in
            Shippy_V1_UserRecord(
                try await users(call.caller).change(message.idOrEmail, try message.userChange, requestID: call.requestID))
        }
    }

    package func delete(
        request: ServerRequest<Shippy_V1_DeleteRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_UserRecord> {
        try await harness.answer(
            "shippy.v1.Users/Delete", .deleteUser, request, context, on: { try await target(.user($0.idOrEmail)) }
        ) { message, call in
            Shippy_V1_UserRecord(try await users(call.caller).delete(message.idOrEmail, requestID: call.requestID))
        }
    }
}

extension Shippy_V1_CreateRequest {
    /// Whether it is what anybody may ask for themselves: one user, with the mail that every user gets.
    fileprivate var isSignUp: Bool {
        users.count == 1 && users.allSatisfy { !$0.noWelcome && !$0.keepExisting }
    }
}

extension Shippy_V1_ChangeRequest {
    fileprivate var operation: AccessOperation {
        switch change {
        case .details, nil: .updateUser
        case .disabled(let isDisabled): isDisabled ? .disableUser : .enableUser
        case .password: .setPassword
        case .role: .setRole
        }
    }
}
