package import GRPCCore
package import Logging
import ShippyCore
package import ShippyRPC
import ShippyRPCServer
import SwiftProtobuf

/// `pb.UserService`: the user service of the go-micro tutorial, for its clients.
package struct TutorialUsersGRPC: Pb_UserService.ServiceProtocol {
    private let users: UsersService
    private let harness: CallHarness

    package init(users: UsersService, logger: Logger) {
        self.users = users
        harness = CallHarness(service: "users", logger: logger)
    }

    package func create(request: ServerRequest<Pb_User>, context: ServerContext) async throws -> ServerResponse<Pb_UserResponse> {
        try await harness.answer("pb.UserService/Create", request) { message, requestID in
            let created = try await users.create(
                CreateUser(
                    email: message.email, name: message.name, company: message.company,
                    password: message.password.isEmpty ? nil : message.password),
                requestID: requestID)
            return .with { $0.user = Pb_User(created.user) }
        }
    }

    package func get(request: ServerRequest<Pb_User>, context: ServerContext) async throws -> ServerResponse<Pb_UserResponse> {
        try await harness.answer("pb.UserService/Get", request) { message, _ in
            let user = try await users.user(message.id.isEmpty ? message.email : message.id)
            return .with { $0.user = Pb_User(user) }
        }
    }

    package func getAll(request: ServerRequest<Pb_GetAllRequest>, context: ServerContext) async throws -> ServerResponse<Pb_UserResponse> {
        try await harness.answer("pb.UserService/GetAll", request) { _, _ in
            let page = try await users.users(after: nil, limit: 1000)
            return .with { $0.users = page.map(Pb_User.init) }
        }
    }
}

extension Pb_User {
    fileprivate init(_ user: User) {
        self = .with {
            $0.id = user.id
            $0.name = user.name
            $0.company = user.company
            $0.email = user.email.description
        }
    }
}
