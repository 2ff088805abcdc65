package import GRPCCore
package import Logging
package import ShippyAccess
package import ShippyCore
package import ShippyRPC
package import ShippyRPCServer
import SwiftProtobuf

/// `shippy.v1.Users`: the service for shippy's own commands.
package struct UsersGRPC: Shippy_V1_Users.ServiceProtocol, GuardedService {
    package static let operations: MethodOperations = [
        Shippy_V1_Users.Method.Create.descriptor: [.signUp, .importUsers, .setRole],
        Shippy_V1_Users.Method.Get.descriptor: [.getUser],
        Shippy_V1_Users.Method.List.descriptor: [.listUsers],
        Shippy_V1_Users.Method.Count.descriptor: [.listUsers],
        Shippy_V1_Users.Method.Change.descriptor: [.updateUser, .setPassword, .disableUser, .enableUser, .setRole],
        Shippy_V1_Users.Method.Delete.descriptor: [.deleteUser],
    ]

    private let users: @Sendable (Caller) -> any UsersAPI
    private let harness: CallHarness

    /// - Parameter users: the service as a caller uses it.
    package init(gate: AccessGate, users: @escaping @Sendable (Caller) -> any UsersAPI, logger: Logger) {
        self.users = users
        harness = CallHarness(service: "users", Self.operations, gate: gate, logger: logger)
    }

    package func create(
        request: ServerRequest<Shippy_V1_CreateRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_CreateReply> {
        try await harness.answer(request, context, as: request.message.operation) { message, call in
            let outcomes = try await users(call.caller).create(try message.users.map(CreateUser.init), requestID: call.requestID)
            return .with { $0.outcomes = outcomes.map(Shippy_V1_Outcome.init) }
        }
    }

    package func get(request: ServerRequest<Shippy_V1_GetRequest>, context: ServerContext) async throws -> ServerResponse<Shippy_V1_UserRecord> {
        try await harness.answer(request, context, on: { [.user($0.idOrEmail)] }) { message, call in
            Shippy_V1_UserRecord(try await users(call.caller).user(message.idOrEmail))
        }
    }

    package func list(request: ServerRequest<Shippy_V1_ListRequest>, context: ServerContext) async throws -> ServerResponse<Shippy_V1_ListReply> {
        try await harness.answer(request, context) { message, call in
            let page = try await users(call.caller).users(
                try message.filter, after: message.after.isEmpty ? nil : message.after, limit: Int(message.limit))
            return .with { $0.users = page.map(Shippy_V1_UserRecord.init) }
        }
    }

    package func count(
        request: ServerRequest<Shippy_V1_ListRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_CountReply> {
        try await harness.answer(request, context) { message, call in
            let count = try await users(call.caller).userCount(try message.filter)
            return .with { $0.count = Int64(count) }
        }
    }

    package func change(
        request: ServerRequest<Shippy_V1_ChangeRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_UserRecord> {
        try await harness.answer(request, context, as: request.message.operation, on: { [.user($0.idOrEmail)] }) { message, call in
            Shippy_V1_UserRecord(
                try await users(call.caller).change(
                    message.idOrEmail, try message.userChange, ifRevision: message.hasIfRevision ? message.ifRevision : nil,
                    requestID: call.requestID))
        }
    }

    package func delete(
        request: ServerRequest<Shippy_V1_DeleteRequest>, context: ServerContext
    ) async throws -> ServerResponse<Shippy_V1_UserRecord> {
        try await harness.answer(request, context, on: { [.user($0.idOrEmail)] }) { message, call in
            Shippy_V1_UserRecord(
                try await users(call.caller).delete(
                    message.idOrEmail, ifRevision: message.hasIfRevision ? message.ifRevision : nil, requestID: call.requestID))
        }
    }
}

extension Shippy_V1_CreateRequest {
    fileprivate var operation: AccessOperation {
        // Also for a role that is not known here.
        if users.contains(where: { !$0.role.isEmpty && $0.role != AccessRole.user.rawValue }) { return .setRole }
        return users.count == 1 && users.allSatisfy(\.isPlain) ? .signUp : .importUsers
    }
}

extension Shippy_V1_ListRequest {
    /// - Throws: ``ShippyError`` `.invalid` for a role or a state that is not known here, and as ``UserMatch/init(_:)``.
    fileprivate var filter: UserFilter {
        get throws {
            UserFilter(
                role: role.isEmpty ? nil : try AccessRole(requested: role), state: state.isEmpty ? nil : try UserState(requested: state),
                match: match.isEmpty ? nil : try UserMatch(match), since: hasSince ? Timestamp(milliseconds: since) : nil,
                until: hasUntil ? Timestamp(milliseconds: until) : nil, newestFirst: newestFirst)
        }
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
