package import GRPCCore
package import Logging
import ShippyCore
package import ShippyRPC
import SwiftProtobuf

/// `pb.UserService`: the go-micro tutorial's user service, for its clients.
package struct TutorialUsersGRPC: Pb_UserService.SimpleServiceProtocol {
    private let users: UsersService
    private let harness: CallHarness

    package init(users: UsersService, logger: Logger) {
        self.users = users
        harness = CallHarness(service: "users", logger: logger)
    }

    package func create(request: Pb_User, context: ServerContext) async throws -> Pb_UserResponse {
        try await harness.answer("pb.UserService/Create") { requestID in
            let created = try await users.create(
                CreateUser(
                    email: request.email, name: request.name, company: request.company,
                    password: request.password.isEmpty ? nil : request.password),
                requestID: requestID)
            return .with { $0.user = Pb_User(created.user) }
        }
    }

    package func get(request: Pb_User, context: ServerContext) async throws -> Pb_UserResponse {
        try await harness.answer("pb.UserService/Get") { _ in
            let user = try await users.user(request.id.isEmpty ? request.email : request.id)
            return .with { $0.user = Pb_User(user) }
        }
    }

    package func getAll(request: Pb_GetAllRequest, context: ServerContext) async throws -> Pb_UserResponse {
        try await harness.answer("pb.UserService/GetAll") { _ in
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
            $0.email = user.email
        }
    }
}
