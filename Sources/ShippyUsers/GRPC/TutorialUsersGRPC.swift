package import GRPCCore
package import Logging
package import ShippyAccess
package import ShippyRPC
import ShippyRPCServer

/// `pb.UserService`: the user service of the go-micro tutorial, for its clients.
package struct TutorialUsersGRPC: Pb_UserService.ServiceProtocol {
    /// The last parts of the names by which its clients call it, in the different parts of the tutorial.
    package static let names = ["UserService": "pb.UserService", "Auth": "pb.UserService"]

    private let users: TutorialUsers
    private let harness: CallHarness

    package init(users: TutorialUsers, gate: AccessGate, logger: Logger) {
        self.users = users
        harness = CallHarness(service: "users", gate: gate, logger: logger)
    }

    package func create(request: ServerRequest<Pb_User>, context: ServerContext) async throws -> ServerResponse<Pb_UserResponse> {
        try await harness.answer("pb.UserService/Create", TutorialMethod.create.operation, request, context) { message, call in
            try await users.create(message, by: call.caller, requestID: call.requestID)
        }
    }

    package func get(request: ServerRequest<Pb_User>, context: ServerContext) async throws -> ServerResponse<Pb_UserResponse> {
        try await harness.answer(
            "pb.UserService/Get", TutorialMethod.get.operation, request, context, on: { try await users.target($0) }
        ) { message, _ in
            try await users.get(message)
        }
    }

    package func getAll(request: ServerRequest<Pb_GetAllRequest>, context: ServerContext) async throws -> ServerResponse<Pb_UserResponse> {
        try await harness.answer("pb.UserService/GetAll", TutorialMethod.getAll.operation, request, context) { _, _ in
            try await users.getAll()
        }
    }

    package func auth(request: ServerRequest<Pb_User>, context: ServerContext) async throws -> ServerResponse<Pb_Token> {
        try await harness.answer("pb.UserService/Auth", TutorialMethod.auth.operation, request, context) { message, call in
            try await users.auth(message, by: call.caller, requestID: call.requestID)
        }
    }

    package func validateToken(request: ServerRequest<Pb_Token>, context: ServerContext) async throws -> ServerResponse<Pb_Token> {
        try await harness.answer("pb.UserService/ValidateToken", TutorialMethod.validateToken.operation, request, context) { message, call in
            try await users.validate(message, by: call.caller)
        }
    }
}
