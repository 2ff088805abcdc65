package import GRPCCore
package import Logging
package import ShippyAccess
package import ShippyRPC
package import ShippyRPCServer

/// `pb.UserService`: the user service of the go-micro tutorial, for its clients.
package struct TutorialUsersGRPC: Pb_UserService.ServiceProtocol, GuardedService {
    package static let operations = MethodOperations(
        TutorialMethod.allCases.map {
            (MethodDescriptor(service: Pb_UserService.descriptor, method: $0.rawValue), [$0.operation])
        })

    /// The last parts of the names by which its clients call it, in the different parts of the tutorial.
    package static let names = ["UserService": "pb.UserService", "Auth": "pb.UserService"]

    private let users: TutorialUsers
    private let harness: CallHarness

    package init(users: TutorialUsers, gate: AccessGate, logger: Logger) {
        self.users = users
        harness = CallHarness(service: "users", Self.operations, gate: gate, logger: logger)
    }

    package func create(request: ServerRequest<Pb_User>, context: ServerContext) async throws -> ServerResponse<Pb_UserResponse> {
        try await harness.answer(request, context) { message, call in
            try await users.create(message, by: call.caller, requestID: call.requestID)
        }
    }

    package func get(request: ServerRequest<Pb_User>, context: ServerContext) async throws -> ServerResponse<Pb_UserResponse> {
        try await harness.answer(request, context, on: { [.user($0.idOrEmail)] }) { message, _ in
            try await users.get(message)
        }
    }

    package func getAll(request: ServerRequest<Pb_GetAllRequest>, context: ServerContext) async throws -> ServerResponse<Pb_UserResponse> {
        try await harness.answer(request, context) { _, _ in
            try await users.getAll()
        }
    }

    package func auth(request: ServerRequest<Pb_User>, context: ServerContext) async throws -> ServerResponse<Pb_Token> {
        try await harness.answer(request, context) { message, call in
            try await users.auth(message, by: call.caller, requestID: call.requestID)
        }
    }

    package func validateToken(request: ServerRequest<Pb_Token>, context: ServerContext) async throws -> ServerResponse<Pb_Token> {
        try await harness.answer(request, context) { message, call in
            try await users.validate(message, by: call.caller)
        }
    }
}
